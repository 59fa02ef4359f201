import type { Timers } from '../resources/timers.ts';
import { type AlarmEvent, keyOf } from './alarm.ts';

/** The same alarm at the same level with the same text is told once in so many milliseconds. */
const distance = 60_000;
/** Texts that are remembered for one key. */
const mostTexts = 64;

interface Told {
  /** When each text was told, oldest first. */
  readonly at: Map<string, number>;
  last: string;
  /** The newest state, which has to wait for its time. */
  held: { readonly event: AlarmEvent; readonly cancel: () => void } | null;
}

/**
 * Leaves repetitions out: of a cable that flaps, people hear twice a minute. The newest state is told in the end, unless it
 * is what they heard last.
 */
export class Repeats {
  readonly #tell: (event: AlarmEvent) => void;
  readonly #timers: Timers;
  readonly #told = new Map<string, Told>();

  constructor(tell: (event: AlarmEvent) => void, timers: Timers) {
    this.#tell = tell;
    this.#timers = timers;
  }

  take(event: AlarmEvent): void {
    const key = keyOf(event);
    const told = this.#told.get(key) ?? { at: new Map(), last: '', held: null };
    this.#told.set(key, told);
    told.held?.cancel();
    told.held = null;
    const wait = (told.at.get(words(event)) ?? Number.NEGATIVE_INFINITY) + distance - this.#timers.now();
    if (wait <= 0) this.#pass(told, event);
    else if (words(event) !== told.last) {
      const cancel = this.#timers.after(wait, () => this.#pass(told, event));
      told.held = { event, cancel };
    }
  }

  /** Tell what is held without waiting any longer. */
  flush(): void {
    for (const told of this.#told.values()) {
      if (told.held === null) continue;
      told.held.cancel();
      this.#pass(told, told.held.event);
    }
  }

  #pass(told: Told, event: AlarmEvent): void {
    told.held = null;
    told.last = words(event);
    told.at.delete(told.last);
    told.at.set(told.last, this.#timers.now());
    const [oldest] = told.at.keys();
    if (told.at.size > mostTexts && oldest !== undefined) told.at.delete(oldest);
    this.#tell(event);
  }
}

function words({ level, text }: AlarmEvent): string {
  return `${level} ${text}`;
}
