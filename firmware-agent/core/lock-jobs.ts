import { common, overlaps, union } from './holding.ts';
import { setHolds } from './holds.ts';
import { keysOf } from './keys.ts';
import { isReleasing } from './lock-terms.ts';
import { isUnsafe, lockedSets, lockSets } from './locked.ts';
import type { Job, State } from './state.ts';
import { begin, stopWaiting, type Turn } from './turn.ts';

/** Jobs that wait for their locks, or for them to be free. */

/** An acquisition waits at least so long, in ms, and three leases, before the peer that lives shall have it instead. */
const leastPatience = 30_000;

/** What waits for two locks does not keep the groups down whose lock is held: nobody else could start them. */
export function startWhatIsLocked(turn: Turn): void {
  const { resources, now } = turn.state;
  const locked = lockedSets(turn.state);
  for (const job of resources.jobs) {
    if (job.stage !== 'waits' || resources.phase !== 'stable' || partAt(turn.state, job) > now) continue;
    const ready = common(locked, job.set);
    if (ready === 'none' || ready === job.set) continue;
    stopWaiting(turn.state, ready);
    setHolds(turn, union(resources.holds, ready));
    begin(turn, 'acquire', ready, ready === 'local' ? 'own groups' : 'takeover');
  }
}

/** Both locks mostly come at once; from this time on each goes by itself. */
export function partAt({ settings }: State, job: Job): number {
  return job.since + (settings.defences.lock ?? 0);
}

export function failedOf(state: State, job: Job): readonly string[] {
  if (job.stage === 'waits') return keysOf(state, job.set);
  // What did not stop at first may have done so since.
  const isStuck = lockSets.some((set) => overlaps(job.set, set) && state.locks?.[set].stopAgainAt != null);
  return isStuck ? job.failed : [];
}

export function started(turn: Turn, job: Job): Job {
  turn.actions.push({ do: 'acquire', job: job.id, set: job.set, key: job.key });
  return { ...job, stage: 'works' };
}

export function isOver(state: State, job: Job): boolean {
  const { locks, now } = state;
  if (locks === null || job.stage === 'works') return false;
  // A later wish took all of it away.
  if (job.stage === 'waits') return job.set === 'none' || patienceEnd(state, job) <= now;
  // This life ends with it, and with this life what keeps the lock, or has the box reset.
  if (
    (job.purpose === 'shutdown' || job.purpose === 'partition') &&
    (isUnsafe(state) || lockSets.some((set) => isReleasing(state, set)))
  )
    return false;
  return lockSets.every(
    (set) => !overlaps(job.set, set) || locks[set].phase !== 'freeing' || locks[set].freeBy <= now,
  );
}

/** When a peer that lives shall have what cannot be locked here; Infinity where nobody else could. */
export function patienceEnd({ peer, settings }: State, job: Job): number {
  if (peer.status === 'dead' || peer.left || peer.lockless) return Number.POSITIVE_INFINITY;
  return job.since + Math.max(leastPatience, 3 * (settings.defences.lock ?? 0));
}
