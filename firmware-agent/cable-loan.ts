import { monotonic } from '../hw/clock.ts';
import type { MediumConfig } from './config/config.ts';
import type { State } from './core/state.ts';
import type { Bench } from './doctor/bench.ts';
import { onlyBy, whyNeeded } from './doctor/need.ts';
import type { Happening } from './life.ts';
import type { Media } from './media.ts';
import { type OwnBenchOptions, openOwnBench } from './own-bench.ts';

export type SerialCable = Extract<MediumConfig, { kind: 'serial' }>;

export interface CableLoanOptions {
  readonly cable: SerialCable;
  readonly media: Pick<Media, 'rest' | 'hush'> | null;
  /** Of the life under way; null: none. */
  readonly state: () => State | null;
  readonly happen: (happening: Happening) => void;
  /** It came to its end. */
  readonly ended: () => void;
  /** Opens this end; the serial port unless told. */
  readonly openBench?: ((options: OwnBenchOptions) => Promise<Bench>) | undefined;
}

/** Whether the other cables still carry the heartbeats is looked at so often, in ms. */
const lookEvery = 100;
/** Both ends close and open their ports at the beginning and at the end: what the modem lines say is not told for so many ms more. */
const hushFor = 3000;

/** A serial cable that the heartbeats do without. It goes back to them by itself as soon as they need it. */
export class CableLoan {
  readonly cable: SerialCable;
  readonly #options: CableLoanOptions;
  readonly #interruption = new AbortController();
  readonly #looking: NodeJS.Timeout;
  readonly #unhush: (() => void) | undefined;
  #giveBack: (() => void) | null = null;
  #isOver = false;

  /** Nothing is taken away yet, but nobody misses the cable any more. @throws where the heartbeats need it, and between two lives */
  constructor(options: CableLoanOptions) {
    const { cable, media, state, happen } = options;
    this.cable = cable;
    this.#options = options;
    const before = state();
    if (before === null || before.over)
      throw new Error('the agent stops or starts anew: try again in a moment');
    if (needOf(before, cable.name) !== null) {
      const carriers = Object.entries(before.links).map(([name, { up }]) => ({ name, up }));
      throw new Error(whyNeeded(before.settings.peer, cable.name, carriers));
    }
    this.#unhush = media?.hush(cable.name);
    happen({ kind: 'examined', link: cable.name, on: true });
    this.#looking = setInterval(() => this.#look(before), lookEvery);
  }

  /** Aborted, in words, when it is to end at once. */
  get signal(): AbortSignal {
    return this.#interruption.signal;
  }

  /** This end of the cable; who leaves it ends the loan. Rejects where the port cannot be had, and has ended it then. */
  async open(): Promise<Bench> {
    const { cable, media, openBench = openOwnBench } = this.#options;
    const { name, path, baud } = cable;
    try {
      this.#giveBack = (await media?.rest(name)) ?? null;
      this.signal.throwIfAborted();
      const bench = await openBench({ path, baud, left: () => this.end() });
      // Whoever has the bench leaves it as well, and hears why that fails.
      this.signal.addEventListener('abort', () => void bench.leave().catch(() => this.end()));
      if (this.signal.aborted) await bench.leave();
      this.signal.throwIfAborted();
      return bench;
    } catch (error) {
      this.end();
      throw error;
    }
  }

  interrupt(why: string): void {
    this.#interruption.abort(new Error(why));
  }

  end(): void {
    this.#giveBack?.();
    this.#giveBack = null;
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#looking);
    const { happen, ended } = this.#options;
    happen({ kind: 'examined', link: this.cable.name, on: false });
    if (this.#unhush) setTimeout(this.#unhush, hushFor).unref();
    ended();
  }

  #look(before: State): void {
    const now = this.#options.state();
    if (now === null) return;
    const { peer } = now.settings;
    if (isThere(before) && (!isThere(now) || now.peer.generation !== before.peer.generation))
      this.interrupt(`${peer} stopped or started anew`);
    const need = needOf(now, this.cable.name);
    if (need !== null) this.interrupt(need);
  }
}

/** Why the heartbeats need this cable; null: others bring them, or there is nobody to be heard. */
function needOf(state: State, name: string): string | null {
  if (!isThere(state) || isHeardElsewhere(state, name)) return null;
  return onlyBy(state.settings.peer, name);
}

/** Neither dead nor stopped. */
export function isThere({ peer }: State): boolean {
  return peer.status !== 'dead' && !peer.left;
}

/** Lately enough for this cable to bring the next heartbeat in time, when it is given back now. */
export function isHeardElsewhere({ links, peer, settings }: State, name: string): boolean {
  const since = monotonic() - Math.max(peer.deadtime / 2, settings.keepalive * 1.5);
  return Object.entries(links).some(
    ([other, { up, examined, fault, missing, lastHeard }]) =>
      other !== name &&
      up &&
      !examined &&
      fault === null &&
      missing === null &&
      lastHeard !== null &&
      lastHeard >= since,
  );
}
