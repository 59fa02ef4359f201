import type { ClientConfig } from '../config/config.ts';
import type { Log } from '../resources/log.ts';
import { nodeTimers, type Timers } from '../resources/timers.ts';
import { Client } from './client.ts';

export interface ClientsOptions {
  readonly clients: readonly ClientConfig[];
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  /** The machine is to reboot, for this reason. */
  readonly reboot: (why: string) => void;
  readonly timers?: Timers;
}

/** All programs that go with an active node, in the order of ha.cf. */
export class Clients {
  readonly #clients: readonly Client[];

  constructor({ clients, environment, log, reboot, timers = nodeTimers }: ClientsOptions) {
    this.#clients = clients.map(
      (config) => new Client({ config, environment, log, timers, failed: (why) => reboot(why) }),
    );
  }

  /** This node is active. */
  start(): void {
    for (const client of this.#clients) client.start();
  }

  /** Resolves when all are gone; the last one that was started goes first. */
  async stop(): Promise<void> {
    await Promise.all([...this.#clients].reverse().map((client) => client.stop()));
  }
}
