import { errorText } from '../../hw/error.ts';
import type { SendArpResource } from '../config/config.ts';
import { Announcer } from './announcer.ts';
import type { AnnouncePort } from './hardware.ts';
import type { Log } from './log.ts';
import { type InstantResource, ResourceError } from './resource.ts';
import type { Timers } from './timers.ts';

export interface SendArpOptions {
  /** Opens an interface for ARP. @throws Error */
  readonly openPort: (device: string) => AnnouncePort;
  readonly log: Log;
  readonly timers?: Timers;
}

/** Gratuitous ARP for an address that something else adds; whether anybody else claims it is no business of this. */
export class SendArp implements InstantResource {
  readonly instant = true;
  readonly sought = null;
  readonly text: string;
  readonly #config: SendArpResource;
  readonly #options: SendArpOptions;
  #announcer: Announcer | undefined;

  constructor(config: SendArpResource, options: SendArpOptions) {
    this.text = config.text;
    this.#config = config;
    this.#options = options;
  }

  start(): void {
    if (this.#announcer !== undefined) return;
    const { address, device } = this.#config;
    const { openPort, log, timers } = this.#options;
    const failed = (reason: string): string => `cannot announce ${address} on ${device}: ${reason}`;
    try {
      this.#announcer = new Announcer({
        address,
        open: () => openPort(device),
        onConflict: () => {},
        onFault: (reason) => log('WARN', failed(reason)),
        ...(timers === undefined ? {} : { timers }),
      });
    } catch (error) {
      throw new ResourceError(failed(errorText(error)));
    }
  }

  announce(): void {
    this.#announcer?.announce();
  }

  /** The address is another's to find. */
  found(): readonly string[] {
    return [];
  }

  stop(): void {
    this.dispose();
  }

  dispose(): void {
    this.#announcer?.close();
    this.#announcer = undefined;
  }
}
