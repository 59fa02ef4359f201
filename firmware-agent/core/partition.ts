import type { Message } from '../wire/message.ts';
import { clear, raise } from './alarm.ts';
import { audit, bothOwn } from './audit.ts';
import { seqOf } from './fields.ts';
import { beginHealing, healingFailed } from './heal.ts';
import { setHolds } from './holds.ts';
import { beat } from './membership.ts';
import { report } from './resources.ts';
import { cancelStandby } from './standby-end.ts';
import { begin, log, say, type Turn } from './turn.ts';

/**
 * How long a Heartbeat peer has to begin its own give-up, in ms. It does so after 2 s where it missed us too
 * (spec cluster.md 1.8); then we may keep what we serve. One that never missed us keeps on, and we give up.
 */
const giveUpDelay = 4000;

/** A node that we called dead speaks on in the same life: both of us may be serving (spec cluster.md 1.8). */
export function onPartitionHealed(turn: Turn): void {
  const { state } = turn;
  log(turn, 'CRIT', `Cluster node ${state.settings.peer} returning after partition.`);
  log(turn, 'WARN', 'Deadtime value may be too small.');
  beat(turn);
  if (state.resources.phase === 'shutdown') return;
  if (state.peer.twinbeat && !state.settings.legacy && state.resources.phase === 'stable') {
    beginHealing(turn);
    return;
  }
  const { claim, isolated, resources } = state;
  // A Heartbeat that woke late takes everything, and in legacy mode nobody reports it.
  const isUntold = state.settings.legacy && !state.peer.twinbeat;
  const tookNothing = !isUntold && claim !== null && !isolated && !claim.took && !claim.yielded;
  // Otherwise it may be that nobody serves: a new life, which costs nothing here, asks the peer what it holds.
  if (tookNothing && (resources.holds !== 'none' || resources.peerHolds === 'all')) {
    log(turn, 'info', 'Nothing was taken over meanwhile: we keep what we serve.');
    state.resources.peerStable = true;
    // What nobody holds, or both do, is found by the reports of both: a Heartbeat makes its own when it is asked.
    if (!state.peer.twinbeat) say(turn, 'starting');
    report(turn);
    return;
  }
  expectGiveUp(turn);
}

/** Both serve, and the peer is a Heartbeat: it gives up soon, or does not know of it at all. */
export function expectGiveUp(turn: Turn, byReports = false): void {
  const { state } = turn;
  state.partitionByReports = byReports;
  raise(turn, 'both-served', 'crit', `Both nodes may have served: ${state.settings.peer} lives.`);
  log(turn, 'info', 'Both nodes may have served at once: unless the peer gives up, we do.');
  state.partitionAt ??= state.now + giveUpDelay;
}

/** A Heartbeat has called us dead and takes what we serve; after a late heartbeat it does not notice that we live. */
export function onCalledDead(turn: Turn, message: Message): void {
  const { peer, settings, resources } = turn.state;
  if (peer.twinbeat || message.text('node') !== settings.self || resources.phase === 'shutdown') return;
  // What it has said since counts more.
  const seq = seqOf(message);
  if (seq < resources.peerReportSeq || seq <= resources.handshakeSeq) return;
  cancelStandby(turn, `${settings.peer} believes that ${settings.self} is dead`);
  if (resources.holds !== 'none') expectGiveUp(turn);
  else if (!settings.legacy && resources.phase === 'stable' && !resources.peerStable) {
    // It forgot what was agreed, and says what it holds when it is asked only.
    say(turn, 'starting');
    report(turn);
  }
}

/** The peer gives up all that it serves, so one of us is left: we go on as we are. */
export function peerGivesUp(turn: Turn): void {
  const { state } = turn;
  if (state.partitionAt === null) return;
  state.partitionAt = null;
  clear(turn, 'both-served', 'One node is left that serves.');
  log(turn, 'info', `${state.settings.peer} gives up after the partition: we keep what we serve.`);
}

/** Give up everything, as in an orderly stop, and begin a new life when it is down. */
export function giveUpIfDue(turn: Turn): void {
  const { state } = turn;
  if (healingFailed(turn)) {
    state.partitionAt = state.now;
    state.partitionByReports = false;
  }
  if (state.partitionAt === null || state.partitionAt > state.now) return;
  state.partitionAt = null;
  if (state.partitionByReports && !bothOwn(turn, 'local') && !bothOwn(turn, 'foreign')) {
    clear(turn, 'both-served', 'What both report agrees again.');
    // Nobody looked meanwhile for what nobody holds.
    audit(turn);
    return;
  }
  if (state.resources.phase === 'shutdown') return;
  log(turn, 'info', 'Heartbeat restart triggered.');
  cancelStandby(turn, `${state.settings.self} starts anew`);
  state.resources.phase = 'shutdown';
  state.resources.settleAt = null;
  state.resources.healBy = null;
  setHolds(turn, 'none');
  sayShutdown(turn);
  begin(turn, 'release', 'all', 'partition');
}

/** Everything is down: say so, and start anew after the pause that a Heartbeat makes; two of ours need none. */
export function onPartitionReleased(turn: Turn): void {
  const { state } = turn;
  say(turn, 'shutdone', ['st', 'dead']);
  if (state.stopBy !== null) {
    state.leaveAt = state.now;
    return;
  }
  log(turn, 'info', 'Restarting heartbeat.');
  const pause = state.peer.twinbeat ? 0 : Math.ceil(state.settings.deadtime / 1000) * 1000 + 1000;
  state.over = true;
  turn.actions.push({ do: 'restart', after: pause });
}

export function sayShutdown(turn: Turn): void {
  if (turn.state.settings.legacy) return;
  say(turn, 'resource', ['rsc_hold', 'none'], ['rtype', 'full'], ['isstable', '0'], ['info', 'shutdown']);
}
