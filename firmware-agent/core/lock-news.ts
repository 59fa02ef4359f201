import { clear, raise } from './alarm.ts';
import { audit } from './audit.ts';
import { beginClaim } from './claim.ts';
import type { Event } from './event.ts';
import { tryFailback } from './failback.ts';
import { forgetFailures } from './failure.ts';
import { overlaps, union, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { keysOf } from './keys.ts';
import { change, groupsOf, type LockSet, ownerOf } from './lock-terms.ts';
import { canLock } from './locked.ts';
import { report } from './resources.ts';
import { cancelStandby } from './standby-end.ts';
import { sayNotTaken } from './standby-take.ts';
import { begin, log, stopWaiting, type Turn } from './turn.ts';

/** What the disk lock of a set tells. */
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
function startIfGivenUp(turn: Turn, set: LockSet): void {
  const { phase, holds, jobs } = turn.state.resources;
  if (phase !== 'stable' || !overlaps(holds, set)) return;
  if (jobs.some((job) => overlaps(job.set, set))) return;
  forgetFailures(turn, 'Its disk lock is held now.');
  begin(turn, 'acquire', set, set === 'local' ? 'own groups' : 'takeover');
}

/** Give everything up that the lock protects: the other node has it soon. */
function lose(turn: Turn, set: LockSet, why: string): void {
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

function onDisk(turn: Turn, set: LockSet, fault: string | null): void {
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
