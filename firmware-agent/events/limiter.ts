/** So many alike are told in each span; a cable that flaps all night must not wash out why it began. */
const usualMost = 10;
/** Milliseconds. */
const span = 600_000;

interface Told {
  begun: number;
  count: number;
  untold: number;
}

/** Bounds how often the same thing is told, and counts what was left out. */
export class Limiter {
  readonly #told = new Map<string, Told>();
  readonly #most: number;

  constructor(most = usualMost) {
    this.#most = most;
  }

  /**
   * Whether this one is told: the number of those like it that were left out before, or null where it is not.
   * `now`: monotonic ms. `key` is one of a bounded number: a kind and a cable's name.
   */
  admit(key: string, now: number): number | null {
    const told = this.#told.get(key) ?? { begun: now, count: 0, untold: 0 };
    this.#told.set(key, told);
    if (now - told.begun >= span) {
      told.begun = now;
      told.count = 0;
    }
    told.count += 1;
    if (told.count > this.#most) {
      told.untold += 1;
      return null;
    }
    const { untold } = told;
    told.untold = 0;
    return untold;
  }
}
