import { clear, raise } from './alarm.ts';
import { audit } from './audit.ts';
import { beginClaim } from './claim.ts';
import type { Event } from './event.ts';
import { tryFailback } from './failback.ts';
import { forgetFailures, setOfFailed } from './failure.ts';
import { common, type Holding, includes, mirror, overlaps, union, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { canLock, hasLock, isUnsafe, lockedSets, lockSets } from './locked.ts';
import { report } from './resources.ts';
import { cancelStandby, sayNotTaken } from './standby.ts';
import type { Job, LockState, State } from './state.ts';
import { begin, log, stopWaiting, type Turn } from './turn.ts';

/**
 * The disk lock (firmware-agent/lock): a set of groups runs only where its lock is held. An acquisition waits for it, and a
 * release is over when the other node can read that it is free. What is wanted is told from what this node holds, does and
 * claims, after every event; nobody asks for a lock or frees one otherwise.
 */

type Set = 'local' | 'foreign';

/** An acquisition waits at least so long, in ms, and three leases, before the peer that lives shall have it instead. */
const leastPatience = 30_000;

/** What could not be stopped is tried again after a lease, but not before this time, in ms. */
const leastPause = 10_000;

/** A holder that is dead is over after 1.4 leases (firmware-agent/lock/README.md): one that is not by now lives. */
const leasesOfProof = 2;

/**
 * At the start nothing is known of what ran here before. Where the other box must not run the same, it is stopped first;
 * then the locks are free.
 */
export function stopWhatRan(turn: Turn): void {
  const { locks, settings } = turn.state;
  const mustStop = locks !== null || settings.defences.fence;
  if (mustStop && settings.keeps === 'none') begin(turn, 'release', 'all', 'lock');
}

export function onLock(turn: Turn, event: Extract<Event, { kind: 'lock' }>): void {
  const { state } = turn;
  const { set } = event;
  const lock = state.locks?.[set];
  if (lock === undefined) return;
  switch (event.news) {
    case 'held':
      // An earlier life of this process has it still, and what ran under it may run on.
      if (lock.phase !== 'wanted' && (lock.phase !== 'lost' || lock.used)) return;
      change(turn, set, { phase: 'held', used: true, epoch: event.epoch });
      log(turn, 'info', `Disk lock of ${groupsOf(turn, set)} is held, epoch ${event.epoch}.`);
      clear(turn, 'lock-held', 'It is held here.', ownerOf(turn, set));
      clear(turn, 'lock-lost', 'It is held again.', ownerOf(turn, set));
      if (state.claim !== null) state.claim.lookAt = null;
      startIfGivenUp(turn, set);
      break;
    case 'refused':
      change(turn, set, { refused: true });
      log(turn, 'WARN', `Disk lock of ${groupsOf(turn, set)}: ${event.text} has it.`);
      break;
    case 'lost':
      if (lock.phase !== 'lost' || !lock.used) lose(turn, set, event.text);
      break;
    case 'freed':
      if (lock.phase === 'freeing') change(turn, set, { phase: 'free' });
      clear(turn, 'lock-lost', 'Nothing that it protects runs here any more.', ownerOf(turn, set));
      break;
    case 'fault':
    case 'sound':
      onDisk(turn, set, event.news === 'fault' ? event.text : null);
      break;
  }
}

/** What was not started here for want of its lock, and which nobody else took, is started after all. */
function startIfGivenUp(turn: Turn, set: Set): void {
  const { phase, holds, jobs } = turn.state.resources;
  if (phase !== 'stable' || !overlaps(holds, set)) return;
  if (jobs.some((job) => overlaps(job.set, set))) return;
  forgetFailures(turn, 'Its disk lock is held now.');
  begin(turn, 'acquire', set, set === 'local' ? 'own groups' : 'takeover');
}

/** Give everything up that the lock protects: the other node has it soon. */
function lose(turn: Turn, set: Set, why: string): void {
  const { state } = turn;
  const { resources, peer } = state;
  change(turn, set, { phase: 'lost', used: true });
  const text = `Disk lock of ${groupsOf(turn, set)} lost: ${why}.`;
  log(turn, 'CRIT', text);
  raise(turn, 'lock-lost', 'crit', text, {}, ownerOf(turn, set));
  const taking = resources.jobs.find((job) => job.purpose === 'take' && overlaps(job.set, set));
  if (taking !== undefined) {
    sayNotTaken(turn, keysOf(state, taking.set));
    cancelStandby(turn, 'the disk lock is lost');
  }
  if (resources.phase === 'shutdown') {
    turn.actions.push({ do: 'abandon', set });
    return;
  }
  if (peer.status === 'dead' && overlaps(resources.holds, set)) {
    if (state.claim === null) beginClaim(turn);
    if (state.claim !== null) state.claim.own = union(state.claim.own, set);
  }
  setHolds(turn, without(resources.holds, set));
  turn.actions.push({ do: 'abandon', set });
  stopWaiting(state, set);
  begin(turn, 'release', set, 'lock');
}

function onDisk(turn: Turn, set: Set, fault: string | null): void {
  const { resources } = turn.state;
  const could = canLock(turn.state);
  change(turn, set, { fault });
  const owner = ownerOf(turn, set);
  if (fault !== null)
    raise(turn, 'lock-disk', 'crit', `Disk lock of ${groupsOf(turn, set)}: ${fault}.`, {}, owner);
  else {
    clear(turn, 'lock-disk', 'The disk answers again.', owner);
    // Nothing was seen of the other's lease meanwhile.
    if (turn.state.claim !== null) turn.state.claim.locksSince = turn.state.now;
  }
  if (resources.phase !== 'stable' || canLock(turn.state) === could) return;
  report(turn);
  if (could) return;
  audit(turn);
  if (resources.peerStable) tryFailback(turn);
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
function noteStopped(turn: Turn, set: Set, what: string | null): void {
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

/** What waits for two locks does not keep the groups down whose lock is held: nobody else could start them. */
function startWhatIsLocked(turn: Turn): void {
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
function partAt({ settings }: State, job: Job): number {
  return job.since + (settings.defences.lock ?? 0);
}

function failedOf(state: State, job: Job): readonly string[] {
  if (job.stage === 'waits') return keysOf(state, job.set);
  // What did not stop at first may have done so since.
  const isStuck = lockSets.some((set) => overlaps(job.set, set) && state.locks?.[set].stopAgainAt != null);
  return isStuck ? job.failed : [];
}

function started(turn: Turn, job: Job): Job {
  turn.actions.push({ do: 'acquire', job: job.id, set: job.set, key: job.key });
  return { ...job, stage: 'works' };
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
function giveWayToHolder(turn: Turn, set: Set): void {
  const { resources, peer, locks } = turn.state;
  if (locks === null || locks[set].phase !== 'wanted' || !locks[set].refused) return;
  if (peer.status === 'dead' || !resources.peerStable || !overlaps(mirror(resources.peerHolds), set)) return;
  if (!overlaps(resources.holds, set)) return;
  log(turn, 'info', `${groupsOf(turn, set)} run on the other node, which has their lock.`);
  setHolds(turn, without(resources.holds, set));
  stopWaiting(turn.state, set);
  report(turn);
}

/** Something of the set runs here, is to run here, or is claimed. */
function isNeeded({ resources, claim }: State, set: Set): boolean {
  return (
    overlaps(resources.holds, set) ||
    (claim !== null && overlaps(claim.locks, set)) ||
    resources.jobs.some((job) => job.what === 'acquire' && overlaps(job.set, set))
  );
}

function isReleasing({ resources }: State, set: Set): boolean {
  return resources.jobs.some(
    (job) => job.what === 'release' && job.stage === 'works' && overlaps(job.set, set),
  );
}

function isOver(state: State, job: Job): boolean {
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
function patienceEnd({ peer, settings }: State, job: Job): number {
  if (peer.status === 'dead' || peer.left || peer.lockless) return Number.POSITIVE_INFINITY;
  return job.since + Math.max(leastPatience, 3 * (settings.defences.lock ?? 0));
}

function stopAgainIfDue(turn: Turn, set: Set): void {
  const { state } = turn;
  const lock = state.locks?.[set];
  if (lock === undefined || lock.stopAgainAt === null || lock.stopAgainAt > state.now) return;
  change(turn, set, { stopAgainAt: null });
  if (lock.phase === 'lost' || !isNeeded(state, set)) begin(turn, 'release', set, 'lock');
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

function change(turn: Turn, set: Set, part: Partial<LockState>): void {
  const { locks } = turn.state;
  if (locks !== null) turn.state.locks = { ...locks, [set]: { ...locks[set], ...part } };
}

function keysOf({ settings }: State, set: Holding): string[] {
  const { localKeys, foreignKeys } = settings;
  return [...(overlaps(set, 'local') ? localKeys : []), ...(overlaps(set, 'foreign') ? foreignKeys : [])];
}

function ownerOf({ state }: Turn, set: Set): string {
  return set === 'local' ? state.settings.self : state.settings.peer;
}

function groupsOf(turn: Turn, set: Set): string {
  return `the groups of ${ownerOf(turn, set)}`;
}
