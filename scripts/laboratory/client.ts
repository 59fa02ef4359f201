import { fileURLToPath } from 'node:url';
import type { ClientVerbs } from './client-process.ts';
import { inside, promptly } from './command.ts';
import { Helper } from './helper.ts';
import type { View } from './record.ts';

const PROCESS = fileURLToPath(new URL('client-process.ts', import.meta.url));

/** The usual time between two questions, and that for moves that should cost nothing; milliseconds. */
export const PACE = 10;
export const QUICK_PACE = 1;

/**
 * A user of the virtual address on the LAN: it asks all the time whether the address answers. What it sees is the
 * truth about an outage.
 */
export class Client {
  readonly #helper: Helper<ClientVerbs>;

  private constructor(helper: Helper<ClientVerbs>) {
    this.#helper = helper;
  }

  /** `namespace`: the LAN's. */
  static async connect(namespace: string, address: string): Promise<Client> {
    const argv = [
      ...inside(namespace),
      ...(await promptly()),
      process.execPath,
      PROCESS,
      address,
      String(PACE),
    ];
    const client = new Client(new Helper<ClientVerbs>(argv));
    await client.pace(PACE);
    return client;
  }

  /** Ask every so many milliseconds, at least 1. */
  pace(interval: number): Promise<void> {
    return this.#helper.call('pace', interval);
  }

  /** A moment for `since`. */
  mark(): number {
    return Number(process.hrtime.bigint()) / 1e6;
  }

  /** What the client saw from the mark until now, or until `to`; the time without an answer up to then counts. */
  since(mark: number, to = this.mark()): Promise<View> {
    return this.#helper.call('view', mark, to);
  }

  close(): Promise<void> {
    return this.#helper.close();
  }
}
