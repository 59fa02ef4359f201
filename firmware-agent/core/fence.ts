import { clear, raise } from './alarm.ts';
import type { Claim, Fencing } from './state.ts';
import { log, say, type Turn } from './turn.ts';

/**
 * Of two boxes that live and do not hear each other each would reset the other: the second waits so long, in ms, as most
 * devices need at the most.
 */
const secondShot = 10_000;

/** A device that failed is asked again after so long, in ms (spec cluster.md 5); later ever so often. */
const retryInterval = 5000;
const lateRetryInterval = 60_000;
const quickTries = 12;

export const notFenced: Fencing = { done: false, underWay: null, at: null, failures: 0 };

/**
 * Whether the peer's box runs nothing, or nobody wants to know: begins to fence it where it does not.
 * @param answers it was seen on the LAN just now
 */
export function isFenced(turn: Turn, claim: Claim, answers: boolean): boolean {
  const { settings, now, peer } = turn.state;
  const { fencing } = claim;
  // Who gave way to the other does not shoot it.
  if (!settings.defences.fence || fencing.done || (answers && claim.yielded)) return true;
  // It stopped in order, and nothing of it is seen since.
  if (peer.left && !answers) return true;
  // Never heard in this life, but it serves: it would be shot for a broken cable, and shoot back when it has started.
  if (answers && peer.lastStatusAt === null) return false;
  const at = fencing.at ?? now + (answers && !shootsFirst(turn) ? secondShot : 0);
  claim.fencing = { ...fencing, at };
  if (fencing.underWay === null && at <= now) shoot(turn, claim);
  return false;
}

function shoot(turn: Turn, claim: Claim): void {
  const { state } = turn;
  claim.fencing = { ...claim.fencing, underWay: state.nextFence };
  turn.actions.push({ do: 'fence', fence: state.nextFence });
  state.nextFence += 1;
}

/** What is served already stays where it is, if one has to go; else the first node of ha.cf. */
function shootsFirst(turn: Turn): boolean {
  const { resources, settings } = turn.state;
  const serves = resources.holds !== 'none';
  if (serves !== (resources.peerHolds !== 'none')) return serves;
  return settings.nodes[0] === settings.self;
}

export function onFenced(turn: Turn, id: number, ok: boolean, text: string): void {
  const { claim, settings, now } = turn.state;
  if (claim === null || claim.fencing.underWay !== id) return;
  const { peer } = settings;
  if (ok) {
    fenced(turn, claim, `${peer} is fenced: ${text}`);
    return;
  }
  const failures = claim.fencing.failures + 1;
  const pause = failures < quickTries ? retryInterval : lateRetryInterval;
  claim.fencing = { done: false, underWay: null, at: now + pause, failures };
  log(turn, 'ERROR', `STONITH of ${peer} failed.  Retrying...`);
  const mend = `\`twinbeat fence-ack ${peer}\` once its box is off`;
  raise(turn, 'fencing-failed', 'crit', `${peer} is not fenced and not taken over: ${text}; ${mend}.`, {
    failures,
  });
}

function fenced(turn: Turn, claim: Claim, text: string): void {
  const { state } = turn;
  claim.fencing = { ...claim.fencing, done: true, underWay: null };
  // What was seen before proves nothing any more.
  claim.lookAt = null;
  state.look = null;
  log(turn, 'info', text);
  clear(turn, 'fencing-failed', text);
  say(turn, 'stonith', ['node', state.settings.peer], ['result', 'OK']);
}

/** A human switched the box off, or saw that it is. */
export function onFenceAck(turn: Turn, id: number): void {
  const { claim, settings } = turn.state;
  const { self, peer, defences } = settings;
  if (claim === null || !defences.fence || claim.fencing.done) {
    turn.actions.push({ do: 'answer', id, ok: false, text: `${peer} does not have to be fenced now.` });
    return;
  }
  callOff(turn, claim);
  log(turn, 'WARN', `A human says that ${peer} is off.`);
  fenced(turn, claim, `${peer} is fenced by hand.`);
  turn.actions.push({ do: 'answer', id, ok: true, text: `${self} takes over what it does not hold.` });
}

/** It is not wanted any more. */
export function callOff(turn: Turn, claim: Claim): void {
  clear(turn, 'fencing-failed', 'The claim is over.');
  if (claim.fencing.underWay === null) return;
  claim.fencing = { ...claim.fencing, underWay: null };
  turn.actions.push({ do: 'call off fence' });
}

export function fenceDeadline({ state }: Turn): number {
  const { claim, now } = state;
  const at = claim?.fencing.at ?? now;
  // One that is due already waits for something else.
  return at > now ? at : Number.POSITIVE_INFINITY;
}
