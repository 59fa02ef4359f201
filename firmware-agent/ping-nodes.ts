import { openPing } from '../hw/icmp.ts';
import type { Link } from '../hw/link.ts';
import type { PingConfig } from './config/config.ts';
import { open, seal } from './wire/envelope.ts';
import type { Keyring } from './wire/keyring.ts';
import { Message } from './wire/message.ts';

/** Ping nodes (spec ipfail.md 1): each echo carries a status that we signed, so only a true echo counts. */
export class PingNodes {
  readonly #ports: readonly { readonly config: PingConfig; readonly port: Link }[];
  #keys: Keyring;

  constructor(
    pings: readonly PingConfig[],
    keys: Keyring,
    listener: {
      answered(name: string, message: Message): void;
      faulted(name: string, fault: string | null): void;
    },
  ) {
    this.#keys = keys;
    this.#ports = pings.map((config) => ({
      config,
      port: openPing(
        {
          hosts: config.hosts,
          version: config.kind === 'ping6' ? 'ipv6' : 'ipv4',
          identifier: process.pid & 0xffff,
        },
        {
          received: (payload) => {
            const opened = open(payload, this.#keys);
            if (opened.ok && opened.message.text('info') === config.kind) {
              listener.answered(config.name, opened.message);
            }
          },
          faulted: (fault) => listener.faulted(config.name, fault),
        },
      ),
    }));
  }

  /** One echo request to every host: with each own heartbeat, and only then. `ts`: unix seconds. */
  send(ts: number): void {
    for (const { config, port } of this.#ports) {
      const message = Message.of({
        t: 'NS_st',
        st: 'ping',
        info: config.kind,
        src: config.name,
        ts: ts.toString(16),
      });
      port.send(seal(message, this.#keys.signing, { framing: 'netstring-inner' }));
    }
  }

  /** Sign with, and accept, these keys from now on. */
  useKeys(keys: Keyring): void {
    this.#keys = keys;
  }

  async close(): Promise<void> {
    await Promise.all(this.#ports.map(({ port }) => port.close()));
  }
}
