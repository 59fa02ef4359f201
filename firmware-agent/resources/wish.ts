import type { Variables } from './resource.ts';

/** How a wish ended. Superseded: the opposite was asked for before it came true. */
export type Outcome = 'reached' | 'failed' | 'superseded';
export type Tell = (outcome: Outcome) => void;

/** More who wait for one and the same wish than this: the one who waited longest is told that he was superseded. */
const mostWaiting = 16;

/** That a group shall be up or down, and who waits to hear of it. Each hears exactly once, in a turn of his own. */
export class Wish {
  readonly goal: 'up' | 'down';
  /** What scripts find in their environment of the event that brought it about. */
  readonly event: Variables;
  readonly #waiting: Tell[];
  readonly #aborter = new AbortController();

  constructor(goal: 'up' | 'down', tell: Tell, event: Variables = {}) {
    this.goal = goal;
    this.event = event;
    this.#waiting = [tell];
  }

  /** Aborted once the opposite is wished. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  join(tell: Tell): void {
    this.#waiting.push(tell);
    const oldest = this.#waiting.length > mostWaiting ? this.#waiting.shift() : undefined;
    if (oldest !== undefined) queueMicrotask(() => oldest('superseded'));
  }

  supersede(): void {
    this.#aborter.abort();
    this.end('superseded');
  }

  end(outcome: Outcome): void {
    for (const tell of this.#waiting.splice(0)) queueMicrotask(() => tell(outcome));
  }
}
