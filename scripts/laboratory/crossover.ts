import { fileURLToPath } from 'node:url';
import { inside } from './command.ts';
import { type DatagramCounts, HONEST, type Tampering } from './crossover-line.ts';
import type { CrossoverVerbs } from './crossover-process.ts';
import { Helper } from './helper.ts';
import type { Network } from './network.ts';
import { type PerSeat, SEATS, type Seat } from './seat.ts';

const PROCESS = fileURLToPath(new URL('crossover-process.ts', import.meta.url));

/**
 * The crossover cable in the hands of somebody who loses, swaps, doubles and replays heartbeats: a process that takes the
 * place of the bridge. Cuts and power work as before. Verbs take the direction by the seat that sends; without one, both.
 */
export class Crossover {
  readonly #network: Network;
  readonly #helper: Helper<CrossoverVerbs>;

  private constructor(network: Network, helper: Helper<CrossoverVerbs>) {
    this.#network = network;
    this.#helper = helper;
  }

  /** Take the cable, honest at first. `seed` decides which datagrams are hit. */
  static async take(network: Network, seed = 1): Promise<Crossover> {
    const plugs = SEATS.map((seat) => network.crossoverPlug(seat));
    const argv = [...inside(network.namespace('lan')), process.execPath, PROCESS, ...plugs, String(seed)];
    const helper = new Helper<CrossoverVerbs>(argv);
    // Its first answer says that it carries; until the bridge is gone a frame arrives twice, but none is lost.
    await helper.call('counts');
    await network.bridgeCrossover(false);
    return new Crossover(network, helper);
  }

  /** Tamper so; what is not named stays as it is. */
  async tamper(tampering: Partial<Tampering>, from?: Seat): Promise<void> {
    for (const seat of from === undefined ? SEATS : [from]) await this.#helper.call('set', seat, tampering);
  }

  /** Carry everything as it comes. */
  behave(from?: Seat): Promise<void> {
    return this.tamper(HONEST, from);
  }

  /** Heartbeat datagrams in each direction since the cable was taken. */
  counts(): Promise<PerSeat<DatagramCounts>> {
    return this.#helper.call('counts');
  }

  /** The last heartbeat datagrams that `from` sent, the oldest first: whole frames, for `replay`. */
  memory(from: Seat): Promise<readonly Uint8Array[]> {
    return this.#helper.call('memory', from);
  }

  /** Make the node opposite of `from` receive frames again; without a carrier there they are lost. */
  replay(from: Seat, frames: readonly Uint8Array[]): Promise<void> {
    return this.#helper.call('replay', from, frames);
  }

  /** Give the cable back. */
  async close(): Promise<void> {
    await this.#network.bridgeCrossover(true);
    await this.#helper.close();
  }
}
