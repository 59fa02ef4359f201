import type { Action } from './core/action.ts';
import type { Event } from './core/event.ts';
import { initialState } from './core/initial-state.ts';
import type { Settings } from './core/settings.ts';
import type { State } from './core/state.ts';
import { step } from './core/step.ts';
import type { Observation } from './events/observation.ts';

/** An event without its time: the life looks at the clock itself. */
export type Happening = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

/**
 * One life of the agent: from a start with a new generation to a restart or the end. It feeds the core one
 * event at a time and keeps the one timer that the core asks for.
 */
export class Life {
  #state: State;
  #timer: NodeJS.Timeout | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #immediate: NodeJS.Immediate | undefined;
  readonly #queue: Happening[] = [];
  #busy = false;
  #born = false;
  readonly #now: () => number;
  readonly #carryOut: (action: Action) => void;
  readonly #check: () => void;
  readonly #observe: (seen: Observation) => void;

  /**
   * `now`: monotonic ms. `carryOut` may cause further events; they are taken in turn, never inside one another. `check` is
   * called before every event: what it says by `happenFirst` comes before that. `observe` is told each step once it is
   * carried out.
   */
  constructor(
    settings: Settings,
    now: () => number,
    carryOut: (action: Action) => void,
    check: () => void = () => {},
    observe: (seen: Observation) => void = () => {},
  ) {
    this.#state = initialState(settings);
    this.#now = now;
    this.#carryOut = carryOut;
    this.#check = check;
    this.#observe = observe;
  }

  get state(): State {
    return this.#state;
  }

  happen(happening: Happening): void {
    this.#queue.push(happening);
    this.#work();
  }

  /** Before all that waits. */
  happenFirst(happening: Happening): void {
    this.#queue.unshift(happening);
    this.#work();
  }

  #work(): void {
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#queue.length > 0) {
        // What is told first would come before the start.
        if (this.#born) this.#check();
        this.#born = true;
        const next = this.#queue.shift();
        const before = this.#state;
        const event = { ...next, at: this.#now() } as Event;
        const { state, actions } = step(before, event);
        this.#state = state;
        for (const action of actions) this.#carryOut(action);
        this.#observe({ before, event, after: state, actions });
      }
    } finally {
      this.#busy = false;
    }
    this.#arm();
  }

  /** No event reaches this life any more. */
  end(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#state = { ...this.#state, over: true };
  }

  /** Node may fire a timer a little early; then it is simply armed again. */
  #arm(): void {
    const { timer, over } = this.#state;
    if (over || timer === Number.POSITIVE_INFINITY) {
      clearTimeout(this.#timer);
      this.#armedFor = Number.POSITIVE_INFINITY;
      return;
    }
    if (timer === this.#armedFor) return;
    clearTimeout(this.#timer);
    this.#armedFor = timer;
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, Math.ceil(timer - this.#now())));
  }

  /**
   * Packets that wait in the sockets are taken in first: a node that was held up must not call its peer dead
   * while the proof of the opposite lies unread.
   */
  #fire(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#immediate = setImmediate(() => this.happen({ kind: 'tick' }));
  }
}
