import { clearAll, raise } from './alarm.ts';
import { beginClaim } from './claim.ts';
import { overlaps, union, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { begin, log, type Turn } from './turn.ts';

/** A rival that was silent for so long, in ms, has given up. */
const forgetAfter = 60_000;

/**
 * Another machine says on the LAN that an address is its own which is held here. No cable tells who it is, but its hardware
 * address does: against the peer's box both nodes keep what prefers them and give way with the rest; against a
 * stranger the address is kept, and announced again.
 */
export function onRival(turn: Turn, key: string, address: string, mac: string): void {
  const { peer, settings, resources } = turn.state;
  const isPeer = peer.macs.includes(mac);
  // While the two hear one another it is a move, and the handshake settles it.
  if (isPeer && peer.status !== 'dead') return;
  turn.state.claimedAt = turn.state.now;
  const whose = isPeer ? `the box of ${settings.peer}` : 'a stranger';
  raise(
    turn,
    'address-claimed',
    'crit',
    `${address} is claimed by ${whose} (${mac}).`,
    { address, mac },
    address,
  );
  if (!isPeer || !settings.defences.defend || !settings.foreignKeys.includes(key)) return;
  if (!overlaps(resources.holds, 'foreign')) return;
  log(turn, 'CRIT', `Both serve ${address}: ${settings.self} gives way to the node that it prefers.`);
  setHolds(turn, without(resources.holds, 'foreign'));
  resources.peerHolds = union(resources.peerHolds, 'local');
  // The other answers for it at once; the scripts may take their time.
  turn.actions.push({ do: 'abandon', set: 'foreign' });
  begin(turn, 'release', 'foreign', 'defend');
  // What was seen before the rival spoke proves nothing.
  turn.state.look = null;
  beginClaim(turn, true);
}

export function rivalDeadline(turn: Turn): number {
  const { claimedAt } = turn.state;
  return claimedAt === null ? Number.POSITIVE_INFINITY : claimedAt + forgetAfter;
}

export function forgetRivalsIfDue(turn: Turn): void {
  if (rivalDeadline(turn) > turn.state.now) return;
  turn.state.claimedAt = null;
  clearAll(turn, 'address-claimed', 'Nobody claims it any more.');
}
