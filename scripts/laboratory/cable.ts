import { fileURLToPath } from 'node:url';
import type { CableVerbs } from './cable-process.ts';
import { promptly } from './command.ts';
import { Helper } from './helper.ts';
import type { LineCounts, LineSettings } from './line.ts';
import { type PerSeat, SEATS, type Seat } from './seat.ts';

const PROCESS = fileURLToPath(new URL('cable-process.ts', import.meta.url));

/**
 * The null-modem cable: two terminals joined by a process that carries bytes at the pace of the wire. Verbs
 * take the direction by the seat that sends; without one, both.
 */
export class NullModem {
  /** The serial port of each node. */
  readonly ports: PerSeat<string>;
  /** Bits a second when nothing slows it. */
  readonly baud: number;
  readonly #helper: Helper<CableVerbs>;

  private constructor(helper: Helper<CableVerbs>, ports: PerSeat<string>, baud: number) {
    this.#helper = helper;
    this.ports = ports;
    this.baud = baud;
  }

  /** `seed` decides which bytes noise hits. */
  static async lay(baud = 19200, seed = 1): Promise<NullModem> {
    const pace = await promptly();
    const helper = new Helper<CableVerbs>([...pace, process.execPath, PROCESS, String(baud), String(seed)]);
    return new NullModem(helper, await helper.call('ports'), baud);
  }

  cut(from?: Seat): Promise<void> {
    return this.#setBoth(from, { cut: true });
  }

  /** As good as new: nothing cut, full pace, no noise. */
  mend(from?: Seat): Promise<void> {
    return this.#setBoth(from, { cut: false, baud: this.baud, noise: 0 });
  }

  slow(baud: number, from?: Seat): Promise<void> {
    return this.#setBoth(from, { baud });
  }

  /** Garble each byte with this probability, 0 to 1. */
  noise(probability: number, from?: Seat): Promise<void> {
    return this.#setBoth(from, { noise: probability });
  }

  /** Any of what a direction does to bytes. */
  set(from: Seat, settings: Partial<LineSettings>): Promise<void> {
    return this.#helper.call('set', from, settings);
  }

  /** Bytes in each direction since the cable was laid. */
  counts(): Promise<PerSeat<LineCounts>> {
    return this.#helper.call('counts');
  }

  /** Make the node opposite of `from` receive bytes that `from` never sent. */
  inject(from: Seat, bytes: Uint8Array): Promise<void> {
    return this.#helper.call('inject', from, bytes);
  }

  /** The last bytes that came through from `from`, at most 8 KiB. */
  tail(from: Seat): Promise<Uint8Array> {
    return this.#helper.call('tail', from);
  }

  /** A node lost its power: its port forgets its settings and all that waited in it. */
  reset(seat: Seat): Promise<void> {
    return this.#helper.call('reset', seat);
  }

  close(): Promise<void> {
    return this.#helper.close();
  }

  async #setBoth(from: Seat | undefined, settings: Partial<LineSettings>): Promise<void> {
    for (const seat of from === undefined ? SEATS : [from]) await this.set(seat, settings);
  }
}
