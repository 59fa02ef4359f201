import { guardTime, overlapBound } from './guard-bounds.ts';
import type { Fault } from './plan.ts';
import type { Scenario } from './scenario.ts';
import { scriptLimit, slowScript } from './scripts.ts';

/** The core's own times that the bounds follow from, in ms. */
const agreeTime = 10_000;
const settleTime = 10_000;
const replyTime = 10_000;

/** A look every second while another has the address, and the longest that a look is waited for. */
const lookAgainTime = 1500;

/** A rival is heard of within this: `lan.ts`. */
const claimTime = 10_000;

/** What a run is held against, in true ms. */
export interface Bounds {
  readonly double: number;
  readonly alone: number;
  readonly isolated: number;
  readonly rivals: number;
  /** How long something of a group may run on both boxes; null: that is not promised. */
  readonly overlap: number | null;
}

export function boundsOf(scenario: Scenario, plan: readonly Fault[]): Bounds {
  return {
    double: doubleBound(scenario, plan),
    alone: aloneBound(scenario, plan),
    isolated: isolatedBound(scenario),
    rivals: rivalBound(scenario, plan),
    overlap: overlapBound(scenario, plan),
  };
}

/** A message that was lost is asked for twelve times, ever more rarely, before it is given up: `sequence.ts`. */
const retransmissionTime = 40_000;

/**
 * What a group's script may still take, with the faults of a plan: a step under way is finished, by force if it hangs,
 * and then the opposite is done.
 */
function workTime({ scriptTime }: Scenario, plan: readonly Fault[]): number {
  const slow = plan.filter(({ kind }) => kind === 'slow scripts').length * slowScript;
  const hangs = plan.some(({ kind }) => kind === 'hanging scripts') ? scriptLimit : 0;
  return Math.max(hangs, scriptTime.start + slow) + Math.max(hangs, scriptTime.stop + slow);
}

/**
 * How long both may serve after they hear each other again, in true ms.
 *
 * While they do not, both may for as long as it lasts: nothing but the cables tells one that the other lives. The first
 * heartbeat that passes begins the agreement (`heal.ts`), which ends within its time whatever is lost, or else the
 * one that waited begins to release; a Heartbeat peer is given less (`partition.ts`). A script that runs is
 * finished first, then the stop script, then the address goes. One heartbeat more, for the side that hears later.
 *
 * With a Heartbeat: it begins to give up 2 s after the first heartbeat that passes, unless something moves on it or it
 * never missed us; after 4 s without a word of that ours gives up, whose work is the same.
 */
function doubleBound(scenario: Scenario, plan: readonly Fault[]): number {
  return agreeTime + workTime(scenario, plan) + 2 * scenario.keepalive + 1000;
}

/**
 * Within how many true ms of the end of the last fault every address is served by one node, and both rest.
 *
 * The longest way there: a lost message is asked for in vain; they cannot agree and both start anew, with the pause that a
 * Heartbeat makes; nobody tells the other that it is stable; a standby that nobody answered is repeated. The defences add
 * nothing: they concern a peer that is dead, and both live; what waited for a human or a delay is dropped when the
 * peer is heard, and agreed upon with it.
 */
export function recoveryBound(scenario: Scenario, plan: readonly Fault[]): number {
  const { deadtime, initdead, keepalive } = scenario;
  const restart = deadtime + 2000 + Math.max(initdead, deadtime);
  return (
    retransmissionTime +
    agreeTime +
    restart +
    settleTime +
    replyTime +
    5 * workTime(scenario, plan) +
    5 * keepalive +
    deadtime +
    guardTime(scenario)
  );
}

/**
 * What the defences add: another look, the next answer of the gateway, the delay of a takeover, the human's way, which he
 * may have to go twice where he began it before the other box was gone.
 */
function patienceTime({ defences, keepalive, human }: Scenario): number {
  const look = defences.look ? lookAgainTime : 0;
  const connect = defences.releaseIsolated ? 2 * keepalive : 0;
  return look + connect + (defences.takeoverDelay ?? 0) + 2 * (human?.delay ?? 0);
}

/** While it starts, and while a restart is due, a Heartbeat announces that its death shall be believed so much later. */
const startPatience = 2000;
const restartPatience = 30_000;

/** What a Heartbeat adds to its peer's patience with it at most, and two of ours do not. */
function askedPatience({ heartbeat }: Scenario): number {
  return heartbeat === null ? 0 : startPatience + restartPatience;
}

/**
 * Within how many true ms who hears nobody has let go of every address: the peer is dead and the gateway silent for
 * deadtime, clocks differ by a hundredth; the addresses go at once, before the scripts.
 */
function isolatedBound(scenario: Scenario): number {
  const { deadtime, keepalive } = scenario;
  return 1.02 * (deadtime + askedPatience(scenario)) + keepalive;
}

/**
 * Within how many true ms one of two rivals has let go: it hears the other claim the address, then a script that starts is
 * finished and the stop script runs.
 */
function rivalBound(scenario: Scenario, plan: readonly Fault[]): number {
  return claimTime + workTime(scenario, plan) + 1000;
}

/**
 * Within how many true ms a node that is alone serves everything: it may just have started, so that it waits for initdead;
 * or it began a standby, or restarts, or waits to settle, before the peer is dead.
 */
function aloneBound(scenario: Scenario, plan: readonly Fault[]): number {
  const { deadtime, initdead, keepalive } = scenario;
  return (
    patienceTime(scenario) +
    guardTime(scenario) +
    askedPatience(scenario) +
    Math.max(deadtime, initdead) +
    2 * deadtime +
    7000 +
    settleTime +
    2 * workTime(scenario, plan) +
    keepalive
  );
}

/** For how long both must rest until nothing more is expected to happen. */
export function restTime(scenario: Scenario): number {
  return scenario.deadtime + 2 * scenario.keepalive;
}

/** How long an operator may wait for an answer, in true ms: `operator.ts` says 100 s. */
export const answerBound = 102_000;

/** Entries that the state's collections may have: `sequence.ts`, `retransmission.ts`, `invariants.ts`. */
export const sizes = { missing: 500, resent: 500, jobs: 8, recentBeats: 4, reports: 100 } as const;

/** Steps of one node at one time: a full socket is read, and each packet may cause something. */
export const mostAtOnce = 2000;
