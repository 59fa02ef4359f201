import type { Message } from '../wire/message.ts';
import { audit } from './audit.ts';
import { seqOf } from './fields.ts';
import { isNotGiven, isWishOver, replyTime, type Wish, waitsForTaker } from './handshake-words.ts';
import { type Holding, includes, isHolding, mirror, union, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { canLock } from './locked.ts';
import { report } from './resources.ts';
import { answer, begin, log, say, type Turn } from './turn.ts';

/**
 * How long who promised to take waits for the giver to begin, in ms: its word, sent again when it is lost, comes within
 * this. Heartbeat waits an hour for one that gave the wish up.
 */
const promiseTime = 45_000;

/** How long a side may take to bring its groups up or down, in ms. */
const workTime = 3_600_000;

/** A failback that nobody answered is tried again after this time, in ms. */
const failbackPause = 60_000;

const stateNumbers = { not: 0, me: 1, other: 2, done: 3 } as const;

const noStandby = 'Standby mode only implemented when nice_failback on';

function tellIgnored(turn: Turn, from: string, why: string): void {
  if (why === noStandby) log(turn, 'info', why);
  else log(turn, 'WARN', `standby message [me] from ${from} ignored.  ${why}`);
}

/** Why no handshake can begin now, in Heartbeat's words; null where one can. */
function obstacle(turn: Turn, takerCanLock: boolean): string | null {
  const { resources, peer, settings } = turn.state;
  if (settings.legacy) return noStandby;
  if (!takerCanLock) return 'The disk of the lock cannot be used.';
  if (!resources.peerStable || peer.left || peer.status === 'dead') return 'Other side is in flux.';
  if (resources.phase !== 'stable' || resources.jobs.length > 0 || resources.healBy !== null) {
    return 'local resources in flux.';
  }
  return null;
}

/** Begin to give a set (in our own terms) to the peer; false: not now, and the log says why. */
export function requestStandby(turn: Turn, set: Holding): boolean {
  const { resources, settings, now, peer } = turn.state;
  if (standbyRuns(turn, settings.self)) return false;
  const why = obstacle(turn, !peer.lockless);
  if (why !== null) {
    tellIgnored(turn, settings.self, why);
    return false;
  }
  say(turn, 'ask_resources', ['rsc_hold', set], ['info', 'me']);
  log(turn, 'info', `${settings.self} wants to go standby [${set}]`);
  resources.peerStable = false;
  resources.standby = 'me';
  resources.handshakeSeq = peer.lastSeq ?? 0;
  resources.standbySet = set;
  resources.standbyDeadline = now + replyTime;
  return true;
}

/** A request while a handshake is under way is refused with the time that it may still take. */
function standbyRuns(turn: Turn, from: string): boolean {
  const { resources, now } = turn.state;
  if (resources.standbyDeadline === null) return false;
  const left = Math.ceil((resources.standbyDeadline - now) / 1000);
  log(turn, 'WARN', `Standby in progress- new request from ${from} ignored [${left} seconds left]`);
  return true;
}

/** The peer's part of the handshake (spec cluster.md 7.1). */
export function onAskResources(turn: Turn, message: Message, since: number): void {
  const { resources, settings } = turn.state;
  if (resources.phase === 'shutdown' || resources.phase === 'init') return;
  const set = message.text('rsc_hold') ?? 'all';
  const info = message.text('info') ?? '';
  const seq = seqOf(message);
  if (!isHolding(set)) return;
  if (info === 'me') onWish(turn, { set, seq, since });
  // Lost, asked for and sent again: a word of a handshake that is over.
  else if (seq <= resources.handshakeSeq) return;
  else if (info === 'other' && resources.standby === 'me') giveUp(turn, set, seq);
  else if (info === 'done' && resources.standby === 'other' && isNotGiven(turn, set)) {
    log(
      turn,
      'WARN',
      `${settings.peer} did not give its ${set} resources: its last report holds some of them.`,
    );
  } else if (info === 'done' && resources.standby === 'other') {
    passReports(turn, seq);
    take(turn, set);
  } else if (info === 'done' && resources.standby === 'done') {
    passReports(turn, seq);
    peerTook(turn, set, message.text('failed'));
  } else if (info === 'done' && waitsForTaker(turn, set, seq)) {
    log(turn, 'WARN', `${settings.peer} gave its ${set} resources although nobody waits for them any more.`);
    passReports(turn, seq);
    take(turn, set);
  } else {
    const number = stateNumbers[resources.standby];
    log(turn, 'ERROR', `Ignored standby message '${info}' from ${settings.peer} in state ${number}`);
    if (resources.standby !== 'not') return;
    // One that still waits for what we asked it to take learns that it is not coming.
    if (info === 'other') {
      freeHeartbeat(turn);
      report(turn);
    }
    // One that gave what its last report still holds tells then what it really holds.
    if (info === 'done') sayNothingLeft(turn);
  }
}

/** With its `done` the peer holds something else than any report said before. */
function passReports({ state }: Turn, seq: number): void {
  const { resources } = state;
  resources.peerReportSeq = Math.max(resources.peerReportSeq, seq);
}

/**
 * A Heartbeat waits for an hour for who forgot a handshake, and refuses every other, and to stop. That nothing is left to do
 * ends it: the first word makes of who waits to take one who waits for the taker, the second frees that.
 */
function freeHeartbeat(turn: Turn): void {
  sayNothingLeft(turn);
  sayNothingLeft(turn);
}

function sayNothingLeft(turn: Turn): void {
  if (!turn.state.peer.twinbeat) say(turn, 'ask_resources', ['rsc_hold', 'none'], ['info', 'done']);
}

function onWish(turn: Turn, wish: Wish): void {
  const { resources, settings, now } = turn.state;
  const { set, seq } = wish;
  if (isWishOver(turn, wish)) return;
  if (standbyRuns(turn, settings.peer)) return;
  const why = obstacle(turn, canLock(turn.state));
  if (why !== null) {
    tellIgnored(turn, settings.peer, why);
    return;
  }
  resources.peerStable = false;
  log(turn, 'info', `${settings.peer} wants to go standby [${set}]`);
  resources.standby = 'other';
  resources.handshakeSeq = seq;
  resources.standbySet = set;
  resources.standbyDeadline = now + promiseTime;
  say(turn, 'ask_resources', ['rsc_hold', set], ['info', 'other']);
}

/** The giver begins: its scripts may take their time. */
export function onGivingBegun(turn: Turn, seq: number): void {
  const { resources, now } = turn.state;
  if (resources.standby === 'other' && seq > resources.handshakeSeq)
    resources.standbyDeadline = now + workTime;
}

function giveUp(turn: Turn, set: Holding, seq: number): void {
  const { resources, settings, now } = turn.state;
  resources.handshakeSeq = seq;
  resources.standbyDeadline = now + workTime;
  log(turn, 'info', `standby: ${settings.peer} can take our ${set} resources`);
  setHolds(turn, without(resources.holds, set));
  report(turn, 'standby');
  log(turn, 'info', `give up ${set} HA resources (standby).`);
  begin(turn, 'release', set, 'give');
}

/** The peer rests again although it promised us groups: it gave the wish up, and nothing will come. */
export function onPromiseBroken(turn: Turn): void {
  const { resources, settings } = turn.state;
  if (resources.standby !== 'other') return;
  cancelStandby(turn, `${settings.peer} does not give its ${resources.standbySet} resources after all`);
}

/** What this node gives, or gave, is not taken: the peer, one of ours, held it for dead meanwhile, and forgot the handshake. */
export function onTakerBeginsAnew(turn: Turn, seq: number): void {
  const { resources, settings } = turn.state;
  const isGiving = resources.jobs.some(({ purpose }) => purpose === 'give');
  if (seq <= resources.handshakeSeq || !(isGiving || hasGiven(turn))) return;
  cancelStandby(turn, `${settings.peer} begins anew`);
  report(turn);
}

/**
 * A Heartbeat rests with what this node gave: it took that for a dead peer's, and ends no handshake that it forgot. Its word of
 * the end is not merely late where nothing before that report is missing.
 */
export function endIfTakenUntold(turn: Turn): void {
  const { resources, peer } = turn.state;
  if (!hasGiven(turn) || peer.twinbeat || !resources.peerStable) return;
  if (resources.peerReportSeq <= resources.handshakeSeq) return;
  if (!includes(mirror(resources.peerHolds), resources.standbySet)) return;
  for (const seq of peer.missing.keys())
    if (seq > resources.handshakeSeq && seq < resources.peerReportSeq) return;
  peerTook(turn, resources.standbySet, undefined);
}

/** It is the peer's turn to bring up what went down here. */
function hasGiven({ state }: Turn): boolean {
  const { standby, jobs } = state.resources;
  return standby === 'done' && !jobs.some(({ purpose }) => purpose === 'take');
}

/** Our groups are down: the peer may have them. */
export function onGiven(turn: Turn, set: Holding, failed: readonly string[]): void {
  const { resources, now } = turn.state;
  // The peer gets it all the same: to wait would leave the rest of the set without anybody.
  if (failed.length > 0) log(turn, 'ERROR', `Given up, but not stopped: ${failed.join(', ')}.`);
  log(turn, 'info', `${set} HA resource release completed (standby).`);
  if (resources.standby !== 'me') {
    report(turn);
    return;
  }
  log(turn, 'info', `Local standby process completed [${set}].`);
  resources.standby = 'done';
  resources.standbyDeadline = now + workTime;
  say(turn, 'ask_resources', ['rsc_hold', set], ['info', 'done']);
}

function take(turn: Turn, set: Holding): void {
  const { resources, settings, now } = turn.state;
  resources.standbyDeadline = now + workTime;
  resources.standby = 'done';
  log(turn, 'info', `standby: acquire [${set}] resources from ${settings.peer}`);
  log(turn, 'info', `acquire ${mirror(set)} HA resources (standby).`);
  begin(turn, 'acquire', mirror(set), 'take');
}

/** What the peer gave is up here (`set` in our own terms). */
export function onTaken(turn: Turn, set: Holding, failed: readonly string[]): void {
  const { resources, settings, now, command } = turn.state;
  log(turn, 'info', `${set} HA resource acquisition completed (standby).`);
  if (resources.standby !== 'done') {
    report(turn);
    return;
  }
  log(turn, 'info', `Standby resource acquisition done [${mirror(set)}].`);
  resources.standby = 'not';
  resources.standbyDeadline = null;
  setHolds(turn, union(resources.holds, set));
  // Heartbeat does not read the last field; one of ours tells its operator.
  const told = failed.length > 0 ? [['failed', failed.join(' ')] as const] : [];
  say(turn, 'ask_resources', ['rsc_hold', mirror(set)], ['info', 'done'], ...told);
  report(turn);
  if (command === null) return;
  if (failed.length > 0)
    answer(turn, false, `${settings.self} took over ${set}, but did not start: ${failed.join(', ')}`);
  else answer(turn, true, `${settings.self} took over ${set} in ${Math.round(now - command.since)} ms.`);
}

/** The giver waits for this word, also where what it gave cannot be taken. */
export function sayNotTaken(turn: Turn, keys: readonly string[]): void {
  const { standby, standbySet } = turn.state.resources;
  if (standby !== 'done') return;
  say(turn, 'ask_resources', ['rsc_hold', standbySet], ['info', 'done'], ['failed', keys.join(' ')]);
}

function peerTook(turn: Turn, set: Holding, failed: string | undefined): void {
  const { resources, settings, now, command } = turn.state;
  resources.standby = 'not';
  resources.standbyDeadline = null;
  log(turn, 'info', `Other node completed standby takeover of ${set} resources.`);
  if (failed !== undefined) log(turn, 'CRIT', `${settings.peer} did not start ${failed}.`);
  report(turn);
  if (command === null) return;
  if (failed !== undefined)
    answer(turn, false, `${settings.peer} took over ${set}, but did not start: ${failed}`);
  else answer(turn, true, `${settings.peer} took over ${set} in ${Math.round(now - command.since)} ms.`);
}

/** The peer wants what we have: we go standby with it, seen from our side (spec cluster.md 7.2). */
export function onTakeoverRequest(turn: Turn, message: Message): void {
  const wanted = message.text('rsc_hold') ?? 'all';
  // `failback` asks for what prefers the asker; Heartbeat's own tools would move everything.
  const set = wanted === 'failback' ? 'local' : wanted;
  if (isHolding(set) && set !== 'none') requestStandby(turn, mirror(set));
}

/** The other side is gone, so the handshake cannot end. */
export function cancelStandby(turn: Turn, why: string): void {
  const { resources, command } = turn.state;
  if (resources.standby !== 'not') {
    log(turn, 'info', 'Cancelling pending standby operation');
    // The peer has let go of what comes up here now.
    const taking = resources.jobs.find(({ purpose }) => purpose === 'take');
    if (taking && resources.phase === 'stable') setHolds(turn, union(resources.holds, taking.set));
    resources.standby = 'not';
    resources.standbyDeadline = null;
  }
  if (command) answer(turn, false, `The ${command.command} was given up: ${why}.`);
}

/** Nobody answered in time (spec cluster.md 7.1). */
export function expireStandby(turn: Turn): void {
  const { resources, now, settings } = turn.state;
  if (resources.standbyDeadline === null || resources.standbyDeadline > now) return;
  log(turn, 'WARN', 'No reply to standby request.  Standby request cancelled.');
  freeHeartbeat(turn);
  resources.standby = 'not';
  resources.standbyDeadline = null;
  resources.peerStable = true;
  // Two that both wanted to give at the same moment must not do so again.
  const isFirst = settings.nodes[0] === settings.self;
  if (settings.autoFailback && resources.needsFailback)
    resources.failbackAt = now + failbackPause + (isFirst ? 0 : 2 * replyTime);
  report(turn);
  audit(turn);
  answer(
    turn,
    false,
    `${settings.peer} did not answer in time; nothing more will move. See the log of both nodes.`,
  );
}
