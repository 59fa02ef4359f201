import type { Timers } from '../resources/timers.ts';
import type { AlarmEvent } from './alarm.ts';
import { type CommandOptions, giveTo } from './command.ts';

/** Alarms that may wait for one command; then the oldest are dropped. */
const longestQueue = 64;
/** Further runs for an alarm for which the command failed. */
const retries = 2;

export interface CommandQueueOptions extends CommandOptions {
  /** Milliseconds from a failure to the next try. */
  readonly retryDistance: number;
  readonly timers: Timers;
}

/** Runs one command for each alarm, one at a time and in their order. It makes nobody wait. */
export class CommandQueue {
  readonly #options: CommandQueueOptions;
  readonly #abort = new AbortController();
  #waiting: AlarmEvent[] = [];
  /** Alarms that the command did not get since the last one that it did. */
  #dropped = 0;
  #working: Promise<void> | null = null;
  #closing = false;
  #endPause: () => void = () => {};

  constructor(options: CommandQueueOptions) {
    this.#options = options;
  }

  add(event: AlarmEvent): void {
    if (this.#closing) return;
    if (this.#waiting.length >= longestQueue) {
      this.#waiting.shift();
      if (this.#dropped === 0) this.#warn(`${longestQueue} alarms wait for it: the oldest are dropped.`);
      this.#dropped += 1;
    }
    this.#waiting.push(event);
    this.#working ??= this.#work();
  }

  /** Run for all that waits, once each, for so many milliseconds; then end what runs by force. Nothing is taken any more. */
  async close(limit: number): Promise<void> {
    this.#closing = true;
    this.#endPause();
    const cancel = this.#options.timers.after(limit, () => {
      if (this.#waiting.length > 0)
        this.#warn(`${this.#waiting.length} alarms lost: no time left at the stop.`);
      this.#waiting = [];
      this.#abort.abort();
    });
    await this.#working;
    cancel();
  }

  async #work(): Promise<void> {
    // Never in the caller's turn: to start a process takes milliseconds, and addresses may have to be taken in it.
    await this.#pause(0);
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      await this.#deliver(event);
    }
    this.#working = null;
  }

  async #deliver(event: AlarmEvent): Promise<void> {
    const dropped = this.#dropped;
    this.#dropped = 0;
    const told = dropped > 0 ? { ...event, dropped } : event;
    for (let left = retries; ; left -= 1) {
      const failure = await giveTo(this.#options, told, this.#abort.signal);
      if (failure === null) return;
      const last = left === 0 || this.#closing;
      this.#warn(`${event.kind} (${event.level}): ${failure}: ${last ? 'given up' : 'trying again'}.`);
      if (last) {
        this.#dropped += dropped + 1;
        return;
      }
      await this.#pause(this.#options.retryDistance);
    }
  }

  #pause(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.timers.after(delay, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  #warn(text: string): void {
    this.#options.log('WARN', `alarm command ${this.#options.command}: ${text}`);
  }
}
