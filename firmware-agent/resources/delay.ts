import type { DelayResource } from '../config/config.ts';
import type { SlowResource } from './resource.ts';
import { nodeTimers, type Timers } from './timers.ts';

/** Time that passes before what stands behind it in the group starts, and after that has stopped. */
export class Delay implements SlowResource {
  readonly instant = false;
  readonly text: string;
  readonly #config: DelayResource;
  readonly #timers: Timers;
  #started = false;

  constructor(config: DelayResource, timers: Timers = nodeTimers) {
    this.text = config.text;
    this.#config = config;
    this.#timers = timers;
  }

  async status(): Promise<boolean> {
    return this.#started;
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#pass(this.#config.start, signal);
    this.#started = !signal.aborted;
  }

  /** Nothing waits for what was never started here. */
  async stop(signal: AbortSignal): Promise<void> {
    if (this.#started) await this.#pass(this.#config.stop, signal);
    this.#started = false;
  }

  /** Over early where it is not wished any more. */
  #pass(time: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.#timers.after(time, end);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    });
  }
}
