import { raise } from './alarm.ts';
import { includes, mirror, overlaps, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { failedOf, isOver, partAt, patienceEnd, started, startWhatIsLocked } from './lock-jobs.ts';
import { stopAgainIfDue } from './lock-stop.ts';
import { change, groupsOf, isNeeded, isReleasing, type LockSet, ownerOf } from './lock-terms.ts';
import { hasLock, lockedSets, lockSets } from './locked.ts';
import { report } from './resources.ts';
import type { Job, State } from './state.ts';
import { log, stopWaiting, type Turn } from './turn.ts';

/**
 * The disk lock (firmware-agent/lock): a set of groups runs only where its lock is held. An acquisition waits for it, and a
 * release is over when the other node can read that it is free. What is wanted is told from what this node holds, does and
 * claims, after every event; nobody asks for a lock or frees one otherwise.
 */

/** A holder that is dead is over after 1.4 leases (firmware-agent/lock/README.md): one that is not by now lives. */
const leasesOfProof = 2;

/** Want and free what the state asks for, go on with what waited; returns the jobs that are over. */
export function serveLocks(turn: Turn): Job[] {
  const { state } = turn;
  const { locks } = state;
  if (locks === null) return [];
  for (const set of lockSets) giveWayToHolder(turn, set);
  askForLocks(turn);
  for (const set of lockSets) stopAgainIfDue(turn, set);
  startWhatIsLocked(turn);
  const locked = lockedSets(state);
  const over = state.resources.jobs.filter((job) => isOver(state, job));
  state.resources.jobs = state.resources.jobs
    .filter((job) => !over.includes(job))
    .map((job) => (job.stage === 'waits' && includes(locked, job.set) ? started(turn, job) : job));
  tellOfHolder(turn);
  return over.map((job) => ({ ...job, failed: failedOf(state, job) }));
}

export function askForLocks(turn: Turn): void {
  const { state } = turn;
  const { locks, settings, now } = state;
  if (locks === null) return;
  for (const set of lockSets) {
    const { phase, stopAgainAt } = locks[set];
    if (!hasLock(state, set)) continue;
    const isNeededHere = isNeeded(state, set);
    if (phase === 'free' || phase === 'freeing') {
      if (!isNeededHere) continue;
      change(turn, set, { phase: 'wanted', refused: false });
      turn.actions.push({ do: 'lock', set, what: 'want' });
      // One that was lost is freed before it is wanted again.
    } else if (!(isNeededHere && phase !== 'lost') && stopAgainAt === null && !isReleasing(state, set)) {
      const freeBy = now + (settings.defences.lock ?? 0) / 4;
      change(turn, set, { phase: 'freeing', used: false, freeBy });
      turn.actions.push({ do: 'lock', set, what: 'free' });
    }
  }
}

/** Both took what nobody had; the lock decided, and the peer says that it serves. */
function giveWayToHolder(turn: Turn, set: LockSet): void {
  const { resources, peer, locks } = turn.state;
  if (locks === null || locks[set].phase !== 'wanted' || !locks[set].refused) return;
  if (peer.status === 'dead' || !resources.peerStable || !overlaps(mirror(resources.peerHolds), set)) return;
  if (!overlaps(resources.holds, set)) return;
  log(turn, 'info', `${groupsOf(turn, set)} run on the other node, which has their lock.`);
  setHolds(turn, without(resources.holds, set));
  stopWaiting(turn.state, set);
  report(turn);
}

/** A dead node's lock ends with its lease. */
function tellOfHolder(turn: Turn): void {
  const { claim, settings, now } = turn.state;
  if (claim === null || holderDeadline(turn.state) > now) return;
  for (const set of lockSets) {
    if (!overlaps(without(claim.locks, lockedSets(turn.state)), set)) continue;
    const text = `${settings.peer} is silent on every cable, but renews the disk lock of ${groupsOf(turn, set)}.`;
    // Where the disk itself does not answer, nobody knows.
    if (turn.state.locks?.[set].fault === null && turn.state.locks[set].refused)
      raise(turn, 'lock-held', 'crit', text, {}, ownerOf(turn, set));
  }
}

function holderDeadline({ claim, settings }: State): number {
  if (claim === null || claim.locks === 'none') return Number.POSITIVE_INFINITY;
  return claim.locksSince + leasesOfProof * (settings.defences.lock ?? 0);
}

export function lockDeadline({ state }: Turn): number {
  const { locks, now, resources } = state;
  if (locks === null) return Number.POSITIVE_INFINITY;
  const times = [holderDeadline(state)];
  for (const set of lockSets) times.push(locks[set].freeBy, locks[set].stopAgainAt ?? now);
  for (const job of resources.jobs)
    if (job.stage === 'waits') times.push(patienceEnd(state, job), partAt(state, job));
  return Math.min(...times.filter((at) => at > now));
}
