import type { Slot } from '../../../firmware-agent/lock/sector.ts';
import { LockBox } from './lock-box.ts';

export interface Faults {
  /** Of one request: it fails, whether it was carried out or not; a write may even arrive later. */
  readonly error: number;
  /** Of one request: it takes up to so many leases. */
  readonly hang: number;
  readonly hangLeases: number;
  /** Of one write: what lies there for a while is neither the old nor the new. */
  readonly torn: number;
  /** Mean leases between two crashes of a node, and between two pauses. */
  readonly crash: number;
  readonly pause: number;
}

export const noFaults: Faults = { error: 0, hang: 0, hangLeases: 0, torn: 0, crash: 0, pause: 0 };

const empty: Slot = { print: '', content: 'empty' };

/** Two locks, one disk and true time in ms, all decided by the random numbers given. */
export class LockWorld {
  readonly lease: number;
  readonly boxes: readonly [LockBox, LockBox];
  readonly slots: [Slot, Slot] = [empty, empty];
  readonly random: () => number;
  readonly log: string[] = [];
  faults: Faults;
  now = 0;
  /** Both served the same thing at this true time. */
  doubleAt: number | null = null;
  #queue: { at: number; run: () => void }[] = [];

  constructor(random: () => number, faults: Faults, lease = 8_000) {
    this.random = random;
    this.faults = faults;
    this.lease = lease;
    this.boxes = [new LockBox(this, 0), new LockBox(this, 1)];
  }

  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  after(delay: number, run: () => void): void {
    this.#queue.push({ at: this.now + delay, run });
  }

  runUntil(end: number, done: () => boolean = () => false): void {
    while (!done()) {
      let next = -1;
      let at = end;
      this.#queue.forEach((entry, index) => {
        if (entry.at > at || (entry.at === at && next >= 0)) return;
        next = index;
        at = entry.at;
      });
      const [due] = next < 0 ? [] : this.#queue.splice(next, 1);
      this.now = at;
      if (!due) return;
      due.run();
      if (this.doubleAt === null && this.boxes.every((box) => box.serving)) this.doubleAt = this.now;
    }
  }

  note(text: string): void {
    this.log.push(`${this.now.toFixed(1)} ${text}`);
  }
}
