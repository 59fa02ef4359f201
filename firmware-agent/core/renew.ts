import type { Holding } from './holding.ts';
import { setHolds } from './holds.ts';
import { beat } from './membership.ts';
import { isStable } from './resources.ts';
import type { Settings } from './settings.ts';
import type { State } from './state.ts';
import { begin, log, type Turn } from './turn.ts';

/**
 * New files while all goes on (spec cluster.md 7.4): what can change in a life does; for the rest the agent starts anew and
 * keeps what it serves.
 */

/** Take over what can change in the middle of a life. */
export function onConfigured(turn: Turn, settings: Settings): void {
  const { state } = turn;
  const { generation, generationIsNew, ackResidue, keeps } = state.settings;
  state.settings = { ...settings, generation, generationIsNew, ackResidue, keeps };
  state.nextBeat = Math.min(state.nextBeat, state.now + settings.keepalive);
  log(turn, 'info', 'The new configuration is in force.');
}

export function onRenew(turn: Turn): void {
  const { state } = turn;
  if (state.renewing) return;
  state.renewing = true;
  if (!mayRenew(turn)) log(turn, 'WARN', 'Restart delayed until current resource activity finishes.');
}

/** The agent starts anew as soon as nothing moves; what is held stays up meanwhile. */
export function renewIfReady(turn: Turn): void {
  const { state } = turn;
  if (!state.renewing || !mayRenew(turn)) return;
  const keeps = heldNow(state);
  log(turn, 'info', `Restarting heartbeat. These resources stay up meanwhile: ${keeps}.`);
  // The silence that follows is short, and begins now.
  beat(turn);
  state.over = true;
  turn.actions.push({ do: 'renew', keeps });
}

/** What runs here. What the life before this one left up is only taken over once this node is active. */
export function heldNow({ status, resources, settings }: State): Holding {
  return status === 'active' ? resources.holds : settings.keeps;
}

function mayRenew(turn: Turn): boolean {
  const { status, resources, command, partitionAt, stopBy, claim } = turn.state;
  // A device that is at work is waited for, one that failed is not.
  if (claim !== null && claim.fencing.underWay !== null) return false;
  if (command !== null || partitionAt !== null || stopBy !== null) return false;
  return status === 'active' ? isStable(turn) : resources.jobs.length === 0;
}

/** The life before this one left these groups up. */
export function keepGroups(turn: Turn): void {
  const { resources, settings, peer } = turn.state;
  if (settings.keeps === 'none') return;
  resources.phase = 'stable';
  setHolds(turn, settings.keeps);
  // A peer that is there kept its own by its own choice.
  resources.needsFailback = peer.status === 'dead' && settings.keeps !== 'local';
  begin(turn, 'acquire', settings.keeps, 'own groups');
}
