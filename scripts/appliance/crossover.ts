import { fileURLToPath } from 'node:url';
import { inside, ipBatch, promptly } from '../laboratory/command.ts';
import type { CrossoverVerbs } from '../laboratory/crossover-process.ts';
import { Helper } from '../laboratory/helper.ts';
import { other, type PerSeat, SEATS } from '../laboratory/seat.ts';
import type { Machine } from './machine.ts';
import { tapOf } from './network.ts';

const PROCESS = fileURLToPath(new URL('../laboratory/crossover-process.ts', import.meta.url));
const TAPS = SEATS.map((seat) => tapOf('crossover', seat));
/** Decides which heartbeats are lost. */
const SEED = '1';

/** The crossover cable between two machines: cut, noisy, slow. */
export class Crossover {
  readonly #namespace: string;
  readonly #machines: PerSeat<Machine>;
  #isCut = false;
  /** Carries the frames while the cable is noisy. */
  #carrier: Helper<CrossoverVerbs> | undefined;

  constructor(namespace: string, machines: PerSeat<Machine>) {
    this.#namespace = namespace;
    this.#machines = machines;
  }

  async cut(): Promise<void> {
    this.#isCut = true;
    await this.plug();
  }

  /** As good as new. */
  async mend(): Promise<void> {
    this.#isCut = false;
    await this.#bridge(true);
    await this.slow(0);
    await this.plug();
  }

  /** Lose heartbeats with this probability, 0 to 1, until it is mended. */
  async noise(probability: number): Promise<void> {
    await this.#bridge(false);
    for (const seat of SEATS) await this.#carrier?.call('set', seat, { loss: probability });
  }

  /** Heartbeats lost by noise since the cable became noisy, in both directions. */
  async lost(): Promise<number> {
    const counts = await this.#carrier?.call('counts');
    return counts === undefined ? 0 : counts.nodea.lost + counts.nodeb.lost;
  }

  /** Frames wait in the cable for up to so many milliseconds. */
  async slow(most: number): Promise<void> {
    // All frames go through this end.
    if (this.#machines.nodea.powered) await this.#machines.nodea.delay('crossover', most);
  }

  /** It has a carrier only while both boxes have power. */
  async plug(): Promise<void> {
    for (const seat of SEATS)
      if (this.#machines[seat].powered)
        await this.#machines[seat].carrier('crossover', !this.#isCut && this.#machines[other(seat)].powered);
  }

  async close(): Promise<void> {
    await this.#carrier?.close();
    this.#carrier = undefined;
  }

  /** Whether the kernel's bridge carries the frames, or a process that can lose some. */
  async #bridge(bridged: boolean): Promise<void> {
    if (bridged === (this.#carrier === undefined)) return;
    await ipBatch(
      this.#namespace,
      TAPS.map((tap) => `link set ${tap} ${bridged ? 'master crossover' : 'nomaster'}`),
    );
    if (bridged) await this.close();
    else {
      const argv = [...inside(this.#namespace), ...(await promptly()), process.execPath, PROCESS];
      this.#carrier = new Helper<CrossoverVerbs>([...argv, ...TAPS, SEED]);
    }
  }
}
