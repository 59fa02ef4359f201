import { randomBytes } from 'node:crypto';
import { openDisk } from '../hw/disk.ts';
import type { Config, LockConfig } from './config/config.ts';
import { lockSets } from './core/locked.ts';
import { DiskLock, ownBytes } from './lock/disk-lock.ts';
import { happeningOf, type LockHappening, untoldOf } from './lock-happening.ts';
import type { Log } from './resources/log.ts';
import { nodeTimers } from './resources/timers.ts';

type Set = (typeof lockSets)[number];

export interface DiskLocksOptions {
  readonly lock: LockConfig;
  readonly log: Log;
  /** May be called from inside `do` and `check`. */
  readonly tell: (happening: LockHappening) => void;
}

/** The disk locks of this node: one for each side of haresources that has groups. They live as long as the process. */
export class DiskLocks {
  readonly #locks: ReadonlyMap<Set, DiskLock>;

  constructor({ self, peer, groups }: Config, options: DiskLocksOptions) {
    const incarnation = randomBytes(16).toString('hex');
    // Both nodes count alike, whatever the order of their files.
    const names = [self, peer].sort();
    const indexOf = (node: string) => (names.indexOf(node) === 0 ? 0 : 1);
    const entries = lockSets
      .map((set) => [set, set === 'local' ? self : peer] as const)
      .filter(([, owner]) => groups.some(({ node }) => (node === self) === (owner === self)))
      .map(([set, owner]) => {
        const { path, lease } = options.lock;
        const own = ownBytes(indexOf(owner), indexOf(self));
        const lock = new DiskLock({
          settings: { index: indexOf(self), node: self, incarnation, lease },
          path,
          area: indexOf(owner),
          open: () => openDisk(path, own),
          timers: nodeTimers,
          log: options.log,
          tell: (news) => options.tell(happeningOf(set, news)),
        });
        return [set, lock] as const;
      });
    this.#locks = new Map(entries);
  }

  /** Try to hold the lock of a set, or say that nothing of it runs here. */
  do(set: Set, what: 'want' | 'free'): void {
    this.#locks.get(set)?.[what]();
  }

  /** A loss that is due is told before anything else is decided. */
  check(): void {
    for (const lock of this.#locks.values()) lock.check();
  }

  /** What a life that begins was not told: a lock that was lost before it, and what is wrong with the disk. */
  present(): LockHappening[] {
    return [...this.#locks].flatMap(([set, lock]) => untoldOf(set, lock.report()));
  }

  /** One was lost, and what it protects may still run here. */
  get isLost(): boolean {
    return [...this.#locks.values()].some((lock) => lock.report().phase === 'lost');
  }

  stop(): void {
    for (const lock of this.#locks.values()) lock.stop();
  }
}
