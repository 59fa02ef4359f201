import { monotonic } from '../hw/clock.ts';
import { errorText } from '../hw/error.ts';
import { type Precedence, precedence } from '../hw/realtime.ts';
import type { RealtimeReport } from './console/report.ts';

/** Never killed for want of memory. */
const spared = -1000;
/**
 * Milliseconds that the agent may compute at a stretch. Nothing that it does takes as long; one that runs away would leave
 * a box with one core to nobody, not even to who wants to look at it, and the kernel's own brake may be off. So it falls back to
 * ordinary scheduling, which needs no watchdog: not every box has one, and its reset would take the service down for a
 * stall that ends by itself. One that does not end kicks no watchdog either.
 */
const longestStretch = 2000;
/** After that, in ms, it goes before others again: it may have been one stall, or a flood of datagrams that is over. */
const probation = 60_000;
const ranAway = `the agent computed for ${longestStretch / 1000} s at a stretch and is scheduled like any other for a minute`;

export interface RealtimeOptions {
  /** 1..99; null: the agent stays an ordinary process. */
  readonly priority: number | null;
  readonly log: (level: 'WARN' | 'info', text: string) => void;
  /** For tests. */
  readonly process?: Precedence;
  readonly now?: () => number;
}

/**
 * The agent before all ordinary programs (`realtime`, `rtprio`): scheduled in real time, its program kept in memory, spared
 * when memory runs out. What the system does not allow is said once, and the rest is done all the same.
 */
export class Realtime {
  readonly #options: RealtimeOptions;
  readonly #process: Precedence;
  #isScheduled = false;
  #isLocked = false;
  /** The score before it was spared; null: it is not. */
  #scoreBefore: number | null = null;
  #lacks: string[] = [];
  /** When it ran away; null: it did not, or is forgiven. */
  #fellAt: number | null = null;

  constructor(options: RealtimeOptions) {
    this.#options = options;
    this.#process = options.process ?? precedence;
  }

  /**
   * Once, when the start is over: on a slow box with one core that computes for longer than any run-away may. Memory comes first:
   * what is not there yet would hold up the one that everybody waits for.
   */
  enter(): void {
    const { priority, log } = this.#options;
    if (priority === null) return;
    this.#isLocked = this.#attempt('memory not locked', () => this.#process.lockMemory());
    this.#isScheduled = this.#schedule(priority);
    this.#attempt('may be killed when memory runs out', () => this.#spare());
    if (this.#lacks.length > 0) log('WARN', `realtime: not allowed here: ${this.#lacks.join('; ')}`);
    else log('info', `realtime: SCHED_RR with priority ${priority}, memory locked.`);
  }

  /** With each heartbeat: whether it ran away meanwhile, and whether that is long ago. */
  look(): void {
    const { priority, log, now = monotonic } = this.#options;
    if (priority === null) return;
    if (this.#isScheduled && !this.#process.isRealtime()) {
      this.#setInherited(false);
      this.#isScheduled = false;
      this.#setInherited(true);
      this.#fellAt = now();
      log('WARN', `realtime: ${ranAway}.`);
    }
    if (this.#fellAt === null || now() - this.#fellAt < probation) return;
    this.#fellAt = null;
    this.#isScheduled = this.#schedule(priority);
  }

  /** Null: it is off. */
  report(): RealtimeReport | null {
    const { priority } = this.#options;
    if (priority === null) return null;
    const faults = this.#fellAt === null ? this.#lacks : [...this.#lacks, ranAway];
    return {
      priority: this.#isScheduled && this.#process.isRealtime() ? priority : null,
      memoryLocked: this.#isLocked,
      spared: this.#scoreBefore !== null,
      fault: faults.length === 0 ? null : faults.join('; '),
    };
  }

  /**
   * A child has what this process has when it is made: for that moment it is what it was. The kernel itself keeps scheduling
   * and locked memory from children.
   */
  readonly makeChild = <T>(make: () => T): T => {
    this.#setInherited(false);
    try {
      return make();
    } finally {
      this.#setInherited(true);
    }
  };

  /** Before another agent takes this one's place, in this process or instead of it: it finds what this one found. */
  leave(): void {
    if (this.#isScheduled) this.#attempt('not left', () => this.#process.leave());
    this.#isScheduled = false;
    if (this.#isLocked) this.#attempt('not left', () => this.#process.unlockMemory());
    this.#isLocked = false;
    this.#setInherited(false);
    this.#scoreBefore = null;
  }

  #schedule(priority: number): boolean {
    return this.#attempt('scheduled like any other', () => this.#process.enter(priority, longestStretch));
  }

  #spare(): void {
    const before = this.#process.oomScore();
    this.#process.setOomScore(spared);
    this.#scoreBefore = before;
  }

  /** Never throws: a child is made in any case. What the system refuses now that it allowed before is said once. */
  #setInherited(isAgent: boolean): void {
    try {
      if (this.#isScheduled) this.#process.limitStretch(isAgent ? longestStretch : 0);
      if (this.#scoreBefore !== null) this.#process.setOomScore(isAgent ? spared : this.#scoreBefore);
    } catch (error) {
      this.#scoreBefore = null;
      const why = `the agent is not spared any more (${errorText(error)})`;
      if (this.#lacks.includes(why)) return;
      this.#lacks.push(why);
      this.#options.log('WARN', `realtime: ${why}`);
    }
  }

  #attempt(lack: string, action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      this.#lacks.push(`${lack} (${errorText(error)})`);
      return false;
    }
  }
}
