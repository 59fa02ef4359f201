import type { Message } from '../wire/message.ts';
import { seqOf } from './fields.ts';
import { isNotGiven, isWishOver, replyTime, type Wish, waitsForTaker, workTime } from './handshake-words.ts';
import { type Holding, isHolding, mirror } from './holding.ts';
import { canLock } from './locked.ts';
import { report } from './resources.ts';
import { freeHeartbeat, sayNothingLeft } from './standby-end.ts';
import { giveUp, peerTook } from './standby-give.ts';
import { take } from './standby-take.ts';
import { log, say, type Turn } from './turn.ts';

/**
 * How long who promised to take waits for the giver to begin, in ms: its word, sent again when it is lost, comes within
 * this. Heartbeat waits an hour for one that gave the wish up.
 */
const promiseTime = 45_000;

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

/** The peer wants what we have: we go standby with it, seen from our side (spec cluster.md 7.2). */
export function onTakeoverRequest(turn: Turn, message: Message): void {
  const wanted = message.text('rsc_hold') ?? 'all';
  // `failback` asks for what prefers the asker; Heartbeat's own tools would move everything.
  const set = wanted === 'failback' ? 'local' : wanted;
  if (isHolding(set) && set !== 'none') requestStandby(turn, mirror(set));
}
