import { clear, raise } from './alarm.ts';
import { setOfFailed } from './failure.ts';
import { overlaps } from './holding.ts';
import { change, isNeeded, type LockSet, ownerOf } from './lock-terms.ts';
import { lockSets } from './locked.ts';
import type { Job } from './state.ts';
import { begin, type Turn } from './turn.ts';

/** What could not be stopped is tried again after a lease, but not before this time, in ms. */
const leastPause = 10_000;

/**
 * At the start nothing is known of what ran here before. Where the other box must not run the same, it is stopped first;
 * then the locks are free.
 */
export function stopWhatRan(turn: Turn): void {
  const { locks, settings } = turn.state;
  const mustStop = locks !== null || settings.defences.fence;
  if (mustStop && settings.keeps === 'none') begin(turn, 'release', 'all', 'lock');
}

/** The groups of a job are down: true where their locks have yet to be freed. */
export function mustFree(turn: Turn, job: Job, failed: readonly string[]): boolean {
  const { state } = turn;
  const { locks, resources } = state;
  if (locks === null || job.what === 'acquire') return false;
  const stuck = failed.length > 0 ? setOfFailed(turn, failed, job.set) : 'none';
  for (const set of lockSets)
    if (overlaps(job.set, set)) noteStopped(turn, set, overlaps(stuck, set) ? failed.join(', ') : null);
  resources.jobs = resources.jobs.map((other) =>
    other === job ? { ...job, stage: 'frees', failed } : other,
  );
  return true;
}

/** What does not stop keeps its lock, or both nodes would run it. */
function noteStopped(turn: Turn, set: LockSet, what: string | null): void {
  const { now, settings, locks } = turn.state;
  const lock = locks?.[set];
  if (what === null) {
    change(turn, set, { stopAgainAt: null });
    clear(turn, 'stop-failed', 'It is stopped.', ownerOf(turn, set));
    return;
  }
  change(turn, set, { stopAgainAt: now + Math.max(leastPause, settings.defences.lock ?? 0) });
  raise(
    turn,
    'stop-failed',
    'crit',
    lock?.used === true
      ? `${what} does not stop: its disk lock stays with ${settings.self}.`
      : `${what} does not stop on ${settings.self}.`,
    { what },
    ownerOf(turn, set),
  );
}

export function stopAgainIfDue(turn: Turn, set: LockSet): void {
  const { state } = turn;
  const lock = state.locks?.[set];
  if (lock === undefined || lock.stopAgainAt === null || lock.stopAgainAt > state.now) return;
  change(turn, set, { stopAgainAt: null });
  if (lock.phase === 'lost' || !isNeeded(state, set)) begin(turn, 'release', set, 'lock');
}
