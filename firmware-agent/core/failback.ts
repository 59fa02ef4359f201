import { overlaps } from './holding.ts';
import { isStable } from './resources.ts';
import { requestStandby } from './standby.ts';
import type { Turn } from './turn.ts';

/** How often a failback that cannot begin yet is tried again, in ms (spec cluster.md 6). */
const retryInterval = 1000;

/** Give the peer back what it prefers, once both rest (spec cluster.md 6). */
export function tryFailback(turn: Turn): void {
  const { resources, settings, now, stopBy, peer } = turn.state;
  resources.failbackAt = null;
  if (peer.status === 'dead' || peer.left || peer.lockless) return;
  if (!settings.autoFailback || !resources.needsFailback || !overlaps(resources.holds, 'foreign')) return;
  if (resources.phase === 'shutdown' || stopBy !== null) return;
  if (!isStable(turn) || !resources.peerStable) {
    resources.failbackAt = now + retryInterval;
    return;
  }
  // It stays due until nothing foreign is held any more.
  requestStandby(turn, 'foreign');
}

export function failbackIfDue(turn: Turn): void {
  const { resources, now } = turn.state;
  if (resources.failbackAt !== null && resources.failbackAt <= now) tryFailback(turn);
}
