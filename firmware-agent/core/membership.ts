import type { Message } from '../wire/message.ts';
import { clear, raise } from './alarm.ts';
import { digestField, heedDigest } from './configuration.ts';
import { allowHandOver } from './failure.ts';
import { hexNumber } from './fields.ts';
import { heedKnownGeneration } from './generation.ts';
import { stopHealing } from './heal.ts';
import { joinIpfail, noteNode } from './ipfail.ts';
import { startLegacy } from './legacy.ts';
import { stopWhatRan } from './lock-stop.ts';
import { isUnsafe } from './locked.ts';
import { lookIfDue } from './look.ts';
import { askNodes } from './nodelist.ts';
import { expirePings } from './pings.ts';
import { keepGroups } from './renew.ts';
import { forgetSequence } from './sequence.ts';
import { cancelStandby } from './standby-end.ts';
import type { NodeStatus } from './state.ts';
import { recover } from './takeover.ts';
import { log, say, type Turn } from './turn.ts';

/** What a node says of itself; `dead` is only ever said of others. */
export function isStatusWord(text: string | undefined): text is Exclude<NodeStatus, 'dead'> {
  return text === 'init' || text === 'up' || text === 'active';
}

/** A slow line may be so many heartbeats behind the other cable; older copies on it are somebody's recording. */
const beatsOfProof = 4;

/** A node announces at most this deadtime in ms, so that a bad value cannot keep a dead node alive for days. */
const longestDeadtime = 3_600_000;

/** The heartbeat (spec wire.md 5.1), with the field by which two of our own know each other. */
export function beat(turn: Turn): void {
  const { state } = turn;
  const { peer } = state;
  const { deadtime } = state.settings;
  const known = peer.refused ? [['knows', peer.generation.toString(16)] as const] : [];
  say(
    turn,
    'status',
    ['st', state.status],
    ['dt', Math.round(deadtime).toString(16)],
    ['protocol', '1'],
    ['twinbeat', '1'],
    ...digestField(turn),
    ...known,
  );
  state.lastBeat = state.now;
  if (!isUnsafe(state)) turn.actions.push({ do: 'kick' });
}

/** Beat when it is time; a beat that came late does not make the next ones early. */
export function beatIfDue(turn: Turn): void {
  const { state } = turn;
  if (state.nextBeat > state.now) return;
  beat(turn);
  const { keepalive } = state.settings;
  state.nextBeat += keepalive;
  if (state.nextBeat <= state.now) state.nextBeat = state.now + keepalive;
}

export function setStatus(turn: Turn, status: Exclude<NodeStatus, 'dead'>): void {
  turn.state.status = status;
  log(turn, 'info', `Local status now set to: '${status}'`);
}

/** First packets of a life: init once, up twice, as every Heartbeat expects (spec cluster.md 1.3). */
export function start(turn: Turn): void {
  const { state } = turn;
  state.startedAt = state.now;
  beat(turn);
  setStatus(turn, 'up');
  beat(turn);
  beat(turn);
  state.nextBeat = state.now + state.settings.keepalive;
  stopWhatRan(turn);
}

/** A status with a generation above the known one: the peer started anew, whatever it was doing before. */
export function beginPeerLife(turn: Turn, generation: number): void {
  const { peer, links, resources, settings } = turn.state;
  if (peer.generation > 0) log(turn, 'info', `Heartbeat restart on node ${settings.peer}`);
  forgetSequence(peer);
  peer.generation = generation;
  peer.lastStatusAt = null;
  peer.lastStatusSeq = 0;
  peer.recentBeats = [];
  peer.left = false;
  peer.twinbeat = false;
  peer.lockless = false;
  peer.tellsMacs = false;
  peer.configurationDigest = null;
  for (const link of Object.values(links)) {
    link.highest = 0;
    link.lost = 0;
    link.window = 0;
  }
  resources.peerReported = false;
  resources.peerStable = false;
  resources.peerMoves = false;
  resources.peerHolds = 'none';
  resources.peerReportSeq = 0;
  resources.forsakenAt = null;
  turn.state.partitionAt = null;
  resources.handshakeSeq = 0;
  allowHandOver(turn);
  stopHealing(turn);
  cancelStandby(turn, `${settings.peer} restarted`);
}

function tellOfLateness(turn: Turn, gap: number): void {
  const { peer, settings } = turn.state;
  const text = `Late heartbeat: Node ${settings.peer}: interval ${Math.round(gap)} ms`;
  if (peer.status === 'dead' || gap > peer.deadtime) log(turn, 'CRIT', `${text} (> deadtime)`);
  else if (gap > settings.warntime) log(turn, 'WARN', text);
}

/** A fresh status of the peer (spec cluster.md 1.5). */
export function onStatus(turn: Turn, message: Message, seq: number): void {
  const { state } = turn;
  const { peer, settings } = state;
  // A status that was missing and sent again tells how things were, not how they are.
  if (seq <= peer.lastStatusSeq) return;
  const status = message.text('st');
  if (!isStatusWord(status)) return;

  if (peer.lastStatusAt !== null) tellOfLateness(turn, state.now - peer.lastStatusAt);
  peer.lastStatusAt = state.now;
  peer.lastStatusSeq = seq;
  peer.refused = false;
  peer.recentBeats = [...peer.recentBeats, seq].slice(-beatsOfProof);
  peer.twinbeat = message.text('twinbeat') !== undefined;
  const announced = hexNumber(message.text('dt'));
  if (announced !== null && announced > 0) peer.deadtime = Math.min(announced, longestDeadtime);
  if (status !== peer.status) {
    if (peer.status === 'dead') {
      clear(turn, 'peer-dead', `${settings.peer} is heard again.`);
      if (state.linksUp) state.silentLinksAt = state.now + peer.deadtime;
    }
    peer.status = status;
    log(turn, 'info', `Status update for node ${settings.peer}: status ${status}`);
    noteNode(turn, settings.peer, status);
  }
  heedDigest(turn, message);
  heedKnownGeneration(turn, message);
}

/** When the peer's silence means that it is dead; Infinity once it is (spec cluster.md 1.2). */
export function peerDeadline(turn: Turn): number {
  const { peer, settings, startedAt, linksUp } = turn.state;
  if (peer.status === 'dead') return Number.POSITIVE_INFINITY;
  if (!linksUp) return (peer.lastStatusAt ?? startedAt) + Math.max(settings.initdead, peer.deadtime);
  return (peer.lastStatusAt ?? startedAt) + peer.deadtime;
}

/** Declare the peer dead when its time is up, and take over what it held (spec cluster.md 1.6). */
export function expirePeer(turn: Turn): void {
  const { state } = turn;
  if (peerDeadline(turn) > state.now) return;
  const { peer, settings } = state;
  peer.status = 'dead';
  log(turn, 'WARN', `node ${settings.peer}: is dead`);
  noteNode(turn, settings.peer, 'dead');
  if (!peer.left) {
    const silent = Math.round(state.now - (peer.lastStatusAt ?? state.startedAt));
    raise(turn, 'peer-dead', 'crit', `${settings.peer} is silent on every cable.`, { silent });
  }
  forgetSequence(peer);
  stopHealing(turn);
  cancelStandby(turn, `${settings.peer} is dead`);
  if (state.status === 'active') recover(turn);
  state.resources.peerReported = false;
}

/** Go on with the start-up once every node was heard or declared dead (spec cluster.md 1.4). */
export function checkLinksUp(turn: Turn): void {
  const { state } = turn;
  if (state.resources.phase === 'shutdown') return;
  if (!state.linksUp) {
    if (state.peer.lastStatusAt === null && state.peer.status !== 'dead') return;
    if (Object.values(state.pings).some((ping) => ping.status === 'init')) return;
    state.linksUp = true;
    // From now on they have less time, which may be over.
    lookIfDue(turn);
    expirePeer(turn);
    expirePings(turn);
    state.silentLinksAt = Math.max(state.now, state.startedAt + state.settings.initdead);
    state.askNodesAt = state.now;
  }
  if (state.askNodesAt === null || state.askNodesAt > state.now) return;
  if (state.peer.status !== 'dead') {
    askNodes(turn);
    return;
  }
  state.askNodesAt = null;
  goActive(turn);
}

/** Membership is settled: the resource layer begins (spec cluster.md 1.4, 3.1). */
export function goActive(turn: Turn): void {
  const { state } = turn;
  if (state.status === 'active' || state.resources.phase === 'shutdown') return;
  log(turn, 'info', 'Comm_now_up(): updating status to active');
  setStatus(turn, 'active');
  turn.actions.push({ do: 'clients' });
  beat(turn);
  if (state.settings.legacy) {
    startLegacy(turn);
    return;
  }
  state.resources.phase = 'starting';
  say(turn, 'starting');
  keepGroups(turn);
  if (state.peer.status === 'dead') recover(turn);
  joinIpfail(turn);
}
