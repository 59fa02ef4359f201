import { beginHealing } from './heal.ts';
import { mirror, overlaps } from './holding.ts';
import { keysOf } from './keys.ts';
import { canLock } from './locked.ts';
import { sightOrLook } from './look.ts';
import { expectGiveUp } from './partition.ts';
import { acquireOwn, isStable, report } from './resources.ts';
import { cancelStandby } from './standby-end.ts';
import { takeOver } from './takeover.ts';
import { log, type Turn } from './turn.ts';

/** A Heartbeat says that it holds nothing before its scripts have let go; so long they may take, in ms. */
const forsakenDelay = 10_000;

/** After so many ms a look has told something, and is fresh. */
const sightDelay = 100;

/**
 * Compare what both hold (spec cluster.md 4.5). Heartbeat only logs; groups that nobody holds while both rest
 * are brought up by the node that they prefer, because both would wait for ever.
 */
export function audit(turn: Turn): void {
  const { resources, peer, partitionAt, now } = turn.state;
  // After a partition both hold everything, which is known and being mended.
  if (partitionAt !== null || resources.healBy !== null) return;
  if (!resources.peerReported || peer.status === 'dead' || resources.phase === 'shutdown') return;
  const theirs = mirror(resources.peerHolds);
  const rest = isStable(turn) && resources.peerStable;
  // In the middle of a move its report may be the one that is late.
  if (rest && overlaps(resources.holds, 'local') && overlaps(theirs, 'local')) {
    log(turn, 'ERROR', 'Both machines own our resources!');
  }
  if (rest && overlaps(resources.holds, 'foreign') && overlaps(theirs, 'foreign')) {
    log(turn, 'ERROR', 'Both machines own foreign resources!');
  }
  if (peer.left) return;
  const isDouble = bothOwn(turn, 'local') || bothOwn(turn, 'foreign');
  // A Heartbeat that took all after a late heartbeat ignores what we asked it to take before.
  if (isDouble && resources.peerStable && resources.standby === 'me' && !peer.twinbeat) {
    cancelStandby(turn, 'both nodes serve');
    expectGiveUp(turn, true);
    return;
  }
  if (!rest) return;
  if (isDouble) {
    if (peer.twinbeat) beginHealing(turn);
    else expectGiveUp(turn, true);
    return;
  }
  const isNobodys = (set: 'local' | 'foreign') =>
    keysOf(turn.state, set).length > 0 && !overlaps(resources.holds, set) && !overlaps(theirs, set);
  const missesForeign = isNobodys('foreign');
  const missesOwn = isNobodys('local');
  if (missesForeign) log(turn, 'ERROR', 'No one owns foreign resources!');
  if (missesOwn) log(turn, 'ERROR', 'No one owns our local resources!');
  if (!canLock(turn.state)) return;
  resources.forsakenAt =
    missesForeign && !peer.twinbeat ? (resources.forsakenAt ?? now + forsakenDelay) : null;
  if (missesOwn) acquireOwn(turn);
  if (missesForeign && peer.lockless) takeOver(turn, 'foreign');
  else if (missesOwn) report(turn);
}

/** A Heartbeat that rests without its own groups never looks for them again: they are taken here. */
export function takeForsakenIfDue(turn: Turn): void {
  const { resources, peer, partitionAt, now } = turn.state;
  if (resources.forsakenAt === null || resources.forsakenAt > now) return;
  resources.forsakenAt = null;
  if (peer.status === 'dead' || peer.left || partitionAt !== null || !resources.peerStable) return;
  const theirs = mirror(resources.peerHolds);
  if (!isStable(turn) || overlaps(resources.holds, 'foreign') || overlaps(theirs, 'foreign')) return;
  const served = isServedThere(turn);
  if (served === false) takeOver(turn, 'foreign');
  else resources.forsakenAt = now + (served ? forsakenDelay : sightDelay);
}

/** One that does not hear us takes its groups without a word; null: not known yet. */
function isServedThere(turn: Turn): boolean | null {
  if (!turn.state.settings.defences.look) return false;
  const sight = sightOrLook(turn);
  if (sight === null) return null;
  return sight.answers.some(({ key }) => keysOf(turn.state, 'foreign').includes(key));
}

/** Both rest and hold the same: whatever brought them there, two of ours agree who keeps it. */
export function bothOwn(turn: Turn, set: 'local' | 'foreign'): boolean {
  const { resources } = turn.state;
  return (
    keysOf(turn.state, set).length > 0 &&
    overlaps(resources.holds, set) &&
    overlaps(mirror(resources.peerHolds), set)
  );
}
