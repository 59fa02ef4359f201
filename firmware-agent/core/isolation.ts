import { clear, raise } from './alarm.ts';
import { beginClaim } from './claim.ts';
import { callOff } from './fence.ts';
import { union } from './holding.ts';
import { setHolds } from './holds.ts';
import { begin, log, type Turn } from './turn.ts';

/**
 * A node that hears neither its peer on any cable nor any ping node does not know whether it is the one that is cut off:
 * it serves nobody, and takes nothing (issue of split brain; Heartbeat would serve on).
 */

/** A ping node that answered within so many heartbeats is there. */
const beatsOfProof = 2;

/** Some ping node answered just now, or nobody is asked: this node is part of its network. */
export function isConnected(turn: Turn): boolean {
  const { settings, now } = turn.state;
  if (!settings.defences.releaseIsolated) return true;
  return lastPingAnswer(turn) >= now - beatsOfProof * settings.keepalive;
}

function lastPingAnswer(turn: Turn): number {
  const answers = Object.values(turn.state.pings).map(({ lastAnswer }) => lastAnswer);
  return Math.max(Number.NEGATIVE_INFINITY, ...answers.map((at) => at ?? Number.NEGATIVE_INFINITY));
}

/** When a node whose peer is dead counts as cut off; Infinity where it does not. */
export function isolationDeadline(turn: Turn): number {
  const { settings, peer, status, isolated, startedAt, resources } = turn.state;
  const judged = settings.defences.releaseIsolated && peer.status === 'dead' && status === 'active';
  if (!judged || isolated || resources.phase === 'shutdown') return Number.POSITIVE_INFINITY;
  return Math.max(lastPingAnswer(turn), startedAt) + Math.min(settings.deadtime, settings.deadping);
}

export function isolateIfDue(turn: Turn): void {
  const { state } = turn;
  if (isolationDeadline(turn) > state.now) return;
  state.isolated = true;
  const { holds } = state.resources;
  const { peer } = state.settings;
  raise(turn, 'isolated', 'crit', `Neither ${peer} nor any ping node is heard: nothing is served here.`, {
    held: holds,
  });
  if (holds !== 'none') {
    log(turn, 'CRIT', `Cut off from everybody: giving up ${holds} HA resources.`);
    setHolds(turn, 'none');
    turn.actions.push({ do: 'abandon', set: 'all' });
    begin(turn, 'release', 'all', 'isolation');
    state.look = null;
  }
  if (state.claim === null) beginClaim(turn);
  else callOff(turn, state.claim);
  if (state.claim !== null) state.claim.own = union(state.claim.own, holds);
}

/** Somebody is heard again: what this node may serve is claimed anew, or agreed upon with the peer. */
export function rejoinIfDue(turn: Turn): void {
  const { state } = turn;
  if (!state.isolated || (state.peer.status === 'dead' && !isConnected(turn))) return;
  state.isolated = false;
  clear(turn, 'isolated', 'The network is heard again.');
}
