import { monotonic } from '../hw/clock.ts';
import { errorText } from '../hw/error.ts';
import { pauseBetweenSessions } from './console-terminal.ts';
import type { State } from './core/state.ts';
import { HeartbeatVisit, type HeartbeatVisitOptions } from './heartbeat-visit.ts';
import { ThreeEnters } from './three-enters.ts';

export interface HeartbeatMenuOptions extends HeartbeatVisitOptions {
  /** As of {@link isSilent}. */
  readonly isSilent: () => boolean;
  /**
   * The link lets go of the port; resolves with what has it taken up again, null where there is no port. Rejects in words where
   * something else has it.
   */
  readonly rest: () => Promise<(() => void) | null>;
}

/** The peer was not heard on the link for deadtime, and there was a life to hear it. `now`: monotonic ms. */
export function isSilent(state: State | null, link: string, now: number): boolean {
  if (state === null || state.over || state.links[link]?.up !== false) return false;
  return now - state.startedAt >= state.peer.deadtime;
}

/** A heartbeat port at which a laptop may be plugged in instead of the peer: three Enters bring the menu there. */
export class HeartbeatMenu {
  readonly #options: HeartbeatMenuOptions;
  readonly #enters = new ThreeEnters();
  #visit: HeartbeatVisit | null = null;
  /** From the third Enter until another session may begin. */
  #isBusy = false;
  #looking: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: HeartbeatMenuOptions) {
    this.#options = options;
  }

  /** Bytes came in on the link. */
  overhear(bytes: Uint8Array): void {
    this.#enters.take(bytes, monotonic());
    this.#arm();
  }

  /** Resolves when the port is free. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#looking);
    clearTimeout(this.#pause);
    await this.#visit?.close();
  }

  /** Node may fire a timer a little early; then it is simply armed again. */
  #arm(): void {
    clearTimeout(this.#looking);
    const { due } = this.#enters;
    if (due === Number.POSITIVE_INFINITY || this.#closed) return;
    const look = (): void => {
      if (this.#enters.look(monotonic())) this.#open();
      this.#arm();
    };
    this.#looking = setTimeout(look, Math.max(0, Math.ceil(due - monotonic())));
  }

  #open(): void {
    if (this.#isBusy || !this.#options.isSilent()) return;
    this.#isBusy = true;
    void this.#serve();
  }

  async #serve(): Promise<void> {
    const { path, log, rest } = this.#options;
    try {
      const giveBack = await rest();
      try {
        if (giveBack !== null && !this.#closed) await this.#receive();
      } finally {
        giveBack?.();
      }
    } catch (error) {
      log('info', `console ${path}: ${errorText(error)}.`);
    }
    if (!this.#closed) this.#pause = setTimeout(() => (this.#isBusy = false), pauseBetweenSessions);
  }

  /** Resolves when the human is gone. */
  async #receive(): Promise<void> {
    const { path, log } = this.#options;
    log('info', `${path} has the menu: it carries no heartbeats.`);
    this.#visit = new HeartbeatVisit(this.#options);
    log('info', `${path} carries heartbeats again: ${await this.#visit.over}.`);
    this.#visit = null;
  }
}
