import { errorText } from '../../hw/error.ts';
import type { Log } from './log.ts';
import {
  describe,
  type InstantResource,
  type Resource,
  type SlowResource,
  type Variables,
} from './resource.ts';

/** On this node. */
export type GroupState = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed';

export interface ResourceStatus {
  readonly text: string;
  readonly state: GroupState;
  /** Why it failed; null where it did not. */
  readonly detail: string | null;
}

/** One resource in its group: what state it is in, and why. */
export class Member {
  readonly resource: Resource;
  readonly #log: Log;
  #state: GroupState = 'stopped';
  #detail: string | null = null;

  constructor(resource: Resource, log: Log) {
    this.resource = resource;
    this.#log = log;
  }

  status(): ResourceStatus {
    return { text: this.resource.text, state: this.#state, detail: this.#detail };
  }

  fail(error: unknown): void {
    this.#state = 'failed';
    this.#detail = describe(error);
  }

  /** Undefined: done already, nothing to wait for. One that runs is not started again. @throws ResourceError */
  start(signal: AbortSignal, event: Variables = {}): Promise<void> | undefined {
    this.#enter('starting');
    if (!this.resource.instant) return this.#startSlow(this.resource, signal, event);
    this.resource.start();
    this.#enter('running');
    return undefined;
  }

  /** True: it is stopped. False, or a promise of it: it must be taken to run on, and that is logged. */
  stop(signal: AbortSignal): Promise<boolean> | boolean {
    this.#enter('stopping');
    if (!this.resource.instant) return this.#stopSlow(this.resource, signal);
    return this.#stopInstant(this.resource);
  }

  async #startSlow(resource: SlowResource, signal: AbortSignal, event: Variables): Promise<void> {
    const running = await resource.status(signal);
    if (signal.aborted) return;
    if (!running) await resource.start(signal, event);
    this.#enter('running');
  }

  #stopInstant(resource: InstantResource): boolean {
    try {
      resource.stop();
    } catch (error) {
      return this.#notStopped(error);
    }
    this.#enter('stopped');
    return true;
  }

  async #stopSlow(resource: SlowResource, signal: AbortSignal): Promise<boolean> {
    try {
      await resource.stop(signal);
    } catch (error) {
      return this.#notStopped(error);
    }
    this.#enter('stopped');
    return true;
  }

  #notStopped(error: unknown): false {
    this.#log('ERROR', `${this.resource.text} was not stopped: ${errorText(error)}`);
    this.fail(error);
    return false;
  }

  #enter(state: GroupState): void {
    this.#state = state;
    this.#detail = null;
  }
}
