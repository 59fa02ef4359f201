import { clear, raise } from './alarm.ts';
import { type Holding, includes, union } from './holding.ts';
import { isStable } from './resources.ts';
import { requestStandby } from './standby.ts';
import { log, type Turn } from './turn.ts';

/** How often a hand-over that cannot begin yet is tried again, in ms. */
const retryInterval = 1000;

/**
 * Groups of a set (in our own terms) did not start here: the whole side goes to the peer, which is what
 * Heartbeat documents and gets wrong (spec cluster.md 9.11). Once: what fails there too comes back and
 * stays down, or it would go to and fro for ever.
 */
export function onStartFailure(turn: Turn, set: Holding, failed: readonly string[]): void {
  const { resources, settings, now } = turn.state;
  const what = failed.join(', ');
  if (includes(resources.handedOver, set)) {
    log(turn, 'CRIT', `Neither node could start ${what}: it stays down until an operator moves it.`);
    raise(turn, 'start-failed', 'crit', `Neither node could start ${what}.`, { what });
    return;
  }
  if (settings.legacy) {
    log(
      turn,
      'CRIT',
      `${what} did not start here, and auto_failback legacy knows no standby: it stays down.`,
    );
    raise(turn, 'start-failed', 'crit', `${what} did not start on ${settings.self}.`, { what });
    return;
  }
  log(turn, 'CRIT', `${what} did not start here: ${settings.peer} shall take our ${set} resources.`);
  raise(turn, 'start-failed', 'crit', `${what} did not start on ${settings.self}.`, { what });
  resources.handedOver = union(resources.handedOver, set);
  resources.handOverSet = union(resources.handOverSet, set);
  resources.handOverAt = now;
}

/** Hand over what failed once both rest; a peer that is gone cannot have it. */
export function handOverIfDue(turn: Turn): void {
  const { resources, peer, now } = turn.state;
  if (resources.handOverAt === null || resources.handOverAt > now) return;
  resources.handOverAt = null;
  if (peer.status === 'dead' || peer.left || resources.phase === 'shutdown') {
    log(turn, 'CRIT', 'Nobody is there to take over what failed: it stays down until somebody is.');
  } else if (
    isStable(turn) &&
    resources.peerStable &&
    !peer.lockless &&
    requestStandby(turn, resources.handOverSet)
  ) {
    resources.handOverSet = 'none';
  } else {
    resources.handOverAt = now + retryInterval;
  }
}

/** The peer rests: what failed here while nobody was there may go to it now. */
export function handOverToReturned(turn: Turn): void {
  const { resources, now } = turn.state;
  if (resources.handOverSet !== 'none') resources.handOverAt ??= now;
}

/** The set that failed groups belong to; `otherwise` where their keys tell nothing. */
export function setOfFailed(turn: Turn, failed: readonly string[], otherwise: Holding): Holding {
  const { localKeys, foreignKeys } = turn.state.settings;
  const local: Holding = failed.some((key) => localKeys.includes(key)) ? 'local' : 'none';
  const foreign: Holding = failed.some((key) => foreignKeys.includes(key)) ? 'foreign' : 'none';
  const set = union(local, foreign);
  return set === 'none' ? otherwise : set;
}

/** A new life of the peer may be given what the last one had. */
export function allowHandOver(turn: Turn): void {
  turn.state.resources.handedOver = 'none';
}

/** What failed once may be tried again, for this reason. */
export function forgetFailures(turn: Turn, why: string): void {
  const { resources } = turn.state;
  resources.handedOver = 'none';
  resources.handOverSet = 'none';
  resources.handOverAt = null;
  clear(turn, 'start-failed', why);
}
