import { type Holding, union } from './holding.ts';
import { keysOf } from './keys.ts';
import type { State } from './state.ts';

/** The sets that can have a disk lock of their own. */
export const lockSets = ['local', 'foreign'] as const;

/** Where no group is there is nothing to lock. */
export function hasLock(state: State, set: 'local' | 'foreign'): boolean {
  return state.locks !== null && keysOf(state, set).length > 0;
}

/** The sets whose groups may run here: their lock is held, or they have none. */
export function lockedSets(state: State): Holding {
  const { locks } = state;
  if (locks === null) return 'all';
  return lockSets.reduce<Holding>(
    (locked, set) => (locks[set].phase === 'held' || !hasLock(state, set) ? union(locked, set) : locked),
    'none',
  );
}

/** Every lock that there is can be used. */
export function canLock(state: State): boolean {
  return lockSets.every((set) => !hasLock(state, set) || state.locks?.[set].fault == null);
}

/** What a lock protects may run here although the other node may have it by now: only the box's own reset helps then. */
export function isUnsafe({ locks }: State): boolean {
  if (locks === null) return false;
  return lockSets.some((set) => {
    const { phase, used, stopAgainAt } = locks[set];
    return used && (phase === 'lost' || stopAgainAt !== null);
  });
}
