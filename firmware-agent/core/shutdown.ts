import { setHolds } from './holds.ts';
import { sayShutdown } from './partition.ts';
import { begin, log, say, type Turn } from './turn.ts';

/** A stop waits at most this long for a movement under way, in ms; then it goes on, whatever hangs. */
const patience = 60_000;

/** After `shutdone` the node stays this long, in ms, so that a lost last word can be asked for again. */
const lastWords = 1000;

/** An orderly stop was asked for (spec cluster.md 7.3). */
export function onStop(turn: Turn): void {
  const { state } = turn;
  if (state.stopBy !== null) return;
  state.stopBy = state.now + patience;
  // A release after a partition is under way: it ends in leaving instead of starting anew.
  if (state.resources.phase === 'shutdown') return;
  if (mustWait(turn)) log(turn, 'WARN', 'Shutdown delayed until current resource activity finishes.');
  stopIfReady(turn);
}

function mustWait(turn: Turn): boolean {
  const { resources } = turn.state;
  return resources.jobs.some(({ stage }) => stage !== 'waits') || resources.standby !== 'not';
}

/** Begin the stop when nothing moves any more, or when it waited long enough. */
export function stopIfReady(turn: Turn): void {
  const { state } = turn;
  const { resources } = state;
  if (state.stopBy === null || resources.phase === 'shutdown') return;
  if (mustWait(turn) && state.stopBy > state.now) return;
  log(turn, 'info', `Heartbeat shutdown in progress. (${state.settings.pid})`);
  const wasActive = resources.phase !== 'init';
  resources.phase = 'shutdown';
  resources.settleAt = null;
  state.askNodesAt = null;
  resources.standbyDeadline = null;
  resources.standby = 'not';
  resources.healBy = null;
  setHolds(turn, 'none');
  if (wasActive) sayShutdown(turn);
  log(turn, 'info', 'Giving up all HA resources.');
  begin(turn, 'release', 'all', 'shutdown');
}

/** Everything is down: the peer may have it. */
export function onAllReleased(turn: Turn, failed: readonly string[]): void {
  const { state } = turn;
  if (failed.length > 0) log(turn, 'ERROR', `Given up, but not stopped: ${failed.join(', ')}.`);
  log(turn, 'info', 'All HA resources relinquished.');
  say(turn, 'shutdone', ['st', 'dead']);
  state.leaveAt = state.now + lastWords;
}

export function leaveIfDue(turn: Turn): void {
  const { state } = turn;
  if (state.leaveAt === null || state.leaveAt > state.now) return;
  log(turn, 'info', `${state.settings.self} Heartbeat shutdown complete.`);
  state.over = true;
  turn.actions.push({ do: 'exit' });
}
