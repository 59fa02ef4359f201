import { errorText } from '../../hw/error.ts';
import type { DeviceWatch } from './hardware.ts';
import type { Log } from './log.ts';
import { nodeTimers, type Timers } from './timers.ts';

/** Who takes an address away again and again is answered so often, in ms. */
const restoreDistance = 1000;

export interface KeeperOptions {
  readonly address: string;
  /** Begins to watch the interface that has it. */
  readonly watch: (changed: () => void) => DeviceWatch;
  /** @throws ResourceError when the box does not tell. */
  readonly isHere: () => boolean;
  /** Adds it again. @throws ResourceError */
  readonly restore: () => void;
  readonly log: Log;
  readonly timers?: Timers;
}

/**
 * Keeps an address that is held where it is: it goes with an interface that is made anew, and anybody on the box may take it
 * away, while both nodes believe that it is served.
 */
export class AddressKeeper {
  readonly #options: KeeperOptions;
  readonly #timers: Timers;
  readonly #watch: DeviceWatch;
  #isMissing = false;
  #restoredAt = Number.NEGATIVE_INFINITY;
  #cancel: () => void = () => {};

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#timers = options.timers ?? nodeTimers;
    this.#watch = options.watch(() => this.#look());
  }

  /** Of the interface that is watched; null: it is not known. */
  get index(): number | null {
    return this.#watch.index;
  }

  close(): void {
    this.#watch.close();
    this.#cancel();
  }

  #look(): void {
    const { address, isHere, log } = this.#options;
    try {
      if (isHere()) {
        this.#isMissing = false;
        return;
      }
    } catch (error) {
      log('ERROR', errorText(error));
      return;
    }
    if (!this.#isMissing) log('ERROR', `${address} was taken away from this box: it is added again.`);
    this.#isMissing = true;
    this.#cancel();
    const wait = Math.max(0, this.#restoredAt + restoreDistance - this.#timers.now());
    this.#cancel = this.#timers.after(wait, () => this.#restore());
  }

  /** Fails while the interface is away; the next change of that brings the next attempt. */
  #restore(): void {
    const { restore, log } = this.#options;
    this.#restoredAt = this.#timers.now();
    try {
      restore();
      this.#isMissing = false;
    } catch (error) {
      log('WARN', `${errorText(error)}: tried again when the interface changes.`);
    }
  }
}
