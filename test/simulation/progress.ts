import type { Tally } from './tally.ts';

/** Tells how far many runs have come, how fast, and when they will be done. */
export class Progress {
  readonly #total: number;
  /** What was played before, in another run of the simulator. */
  readonly #before: { readonly runs: number; readonly duration: number };
  readonly #now: () => number;
  readonly #began: number;

  /** `total` runs in all, with those of `before`; `now` in ms. */
  constructor(total: number, before: Tally, now = () => performance.now()) {
    this.#total = total;
    this.#before = { runs: before.runs, duration: before.duration };
    this.#now = now;
    this.#began = now();
  }

  line({ runs, duration }: Tally): string {
    const passed = (this.#now() - this.#began) / 1000;
    const simulated = (duration - this.#before.duration) / 1000;
    const played = runs - this.#before.runs;
    const speed = passed > 0 ? Math.round(simulated / passed) : 0;
    return [
      `${runs} of ${this.#total} pairs (${((100 * runs) / this.#total).toFixed(1)} %)`,
      `${Math.round(simulated)} simulated seconds in ${passed.toFixed(0)} s (${speed} a second)`,
      ...(played > 0 && runs < this.#total
        ? [`${timeText((passed * (this.#total - runs)) / played)} left`]
        : []),
    ].join(', ');
  }
}

function timeText(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
