import { beginHealing, healingFailed } from './heal.ts';
import { setHolds } from './holds.ts';
import { beat } from './membership.ts';
import { begin, log, say, type Turn } from './turn.ts';

/** Both sides survived a silence; the give-up begins this much later, in ms (spec cluster.md 1.8). */
const giveUpDelay = 2000;

/** A node that we called dead speaks on in the same life: both of us may be serving (spec cluster.md 1.8). */
export function onPartitionHealed(turn: Turn): void {
  const { state } = turn;
  log(turn, 'CRIT', `Cluster node ${state.settings.peer} returning after partition.`);
  log(turn, 'WARN', 'Deadtime value may be too small.');
  beat(turn);
  if (state.peer.twinbeat) {
    beginHealing(turn);
    return;
  }
  log(turn, 'info', 'Both nodes may have served at once: both give up their resources and start anew.');
  state.partitionAt ??= state.now + giveUpDelay;
}

/** Give up everything, as in an orderly stop, and begin a new life when it is down. */
export function giveUpIfDue(turn: Turn): void {
  const { state } = turn;
  if (healingFailed(turn)) state.partitionAt = state.now;
  if (state.partitionAt === null || state.partitionAt > state.now) return;
  state.partitionAt = null;
  if (state.resources.phase === 'shutdown') return;
  log(turn, 'info', 'Heartbeat restart triggered.');
  state.resources.phase = 'shutdown';
  state.resources.settleAt = null;
  setHolds(turn, 'none');
  sayShutdown(turn);
  begin(turn, 'release', 'all', 'partition');
}

/** Everything is down: say so, and start anew after the pause that a Heartbeat makes; two of ours need none. */
export function onPartitionReleased(turn: Turn): void {
  const { state } = turn;
  say(turn, 'shutdone', ['st', 'dead']);
  log(turn, 'info', 'Restarting heartbeat.');
  const pause = state.peer.twinbeat ? 0 : Math.ceil(state.settings.deadtime / 1000) * 1000 + 1000;
  state.over = true;
  turn.actions.push({ do: 'restart', after: pause });
}

export function sayShutdown(turn: Turn): void {
  say(turn, 'resource', ['rsc_hold', 'none'], ['rtype', 'full'], ['isstable', '0'], ['info', 'shutdown']);
}
