import { overlaps } from './holding.ts';
import type { LockState, State } from './state.ts';
import type { Turn } from './turn.ts';

/** The two sides of haresources, each with a lock of its own. */
export type LockSet = 'local' | 'foreign';

export function change(turn: Turn, set: LockSet, part: Partial<LockState>): void {
  const { locks } = turn.state;
  if (locks !== null) turn.state.locks = { ...locks, [set]: { ...locks[set], ...part } };
}

export function ownerOf({ state }: Turn, set: LockSet): string {
  return set === 'local' ? state.settings.self : state.settings.peer;
}

export function groupsOf(turn: Turn, set: LockSet): string {
  return `the groups of ${ownerOf(turn, set)}`;
}

/** Something of the set runs here, is to run here, or is claimed. */
export function isNeeded({ resources, claim }: State, set: LockSet): boolean {
  return (
    overlaps(resources.holds, set) ||
    (claim !== null && overlaps(claim.locks, set)) ||
    resources.jobs.some((job) => job.what === 'acquire' && overlaps(job.set, set))
  );
}

export function isReleasing({ resources }: State, set: LockSet): boolean {
  return resources.jobs.some(
    (job) => job.what === 'release' && job.stage === 'works' && overlaps(job.set, set),
  );
}
