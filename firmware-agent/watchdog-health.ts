import type { WatchdogTimes } from './config/watchdog.ts';

/** What the agent knows of itself when it is about to kick the watchdog. */
export interface Signs {
  /** Monotonic ms. */
  readonly now: number;
  /** Messages that the cables' media took in all; null: between two lives, when nothing is said. */
  readonly written: number | null;
  /** The group whose address is up while a script of its stop cannot be ended; null: none. */
  readonly stuck: string | null;
  /** What a lost disk lock protected may still run. */
  readonly isLockLost: boolean;
}

/**
 * Whether the watchdog may hear that this node is well, besides the core, which says so with each heartbeat of its own. It keeps no
 * clock.
 *
 * What counts as said is a message that a cable's kernel side took: not that it arrived, as the best node of a pair whose
 * cables are all unplugged still serves; but an interface that is gone or refuses, or a serial line that lets no byte out,
 * takes nothing, so the peer counts this node dead and takes over while it serves here. A network cable takes a heartbeat at
 * once, a serial line a moment later: of that alone it is the heartbeat before that counts. A node that never got a word
 * out is not reset for it: it would boot again and again, and nobody could mend it.
 */
export class Health {
  readonly #late: number;
  #at: number | null = null;
  #isLate = false;
  #written = 0;

  constructor({ keepalive, deadtime }: Pick<WatchdogTimes, 'keepalive' | 'deadtime'>) {
    this.#late = Math.max(deadtime / 2, 1.5 * keepalive);
  }

  /** Once for each kick that is due: why it must not happen, in words, or null. */
  judge({ now, written, stuck, isLockLost }: Signs): string | null {
    const isMute = written !== null && this.#written > 0 && written <= this.#written;
    if (written !== null) this.#written = written;
    const isLateAgain = this.#lateAgain(now);
    if (isLockLost) return 'a disk lock is lost, and what it protects may still run';
    if (stuck !== null) return `a stop of ${stuck} hangs, and its address is still here`;
    if (isMute) return 'no cable takes a heartbeat';
    return isLateAgain ? 'the main loop is late again and again' : null;
  }

  /** One stall that is over harms nobody, for the peer hears the same heartbeat; a loop that is late twice running is not well. */
  #lateAgain(now: number): boolean {
    const wasLate = this.#isLate;
    this.#isLate = this.#at !== null && now - this.#at > this.#late;
    this.#at = now;
    return wasLate && this.#isLate;
  }
}
