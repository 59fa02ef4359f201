import { audit } from './audit.ts';
import { replyTime } from './handshake-words.ts';
import { union } from './holding.ts';
import { setHolds } from './holds.ts';
import { report } from './resources.ts';
import { hasGiven } from './standby-give.ts';
import { answer, log, say, type Turn } from './turn.ts';

/** A failback that nobody answered is tried again after this time, in ms. */
const failbackPause = 60_000;

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

/**
 * A Heartbeat waits for an hour for who forgot a handshake, and refuses every other, and to stop. That nothing is left to do
 * ends it: the first word makes of who waits to take one who waits for the taker, the second frees that.
 */
export function freeHeartbeat(turn: Turn): void {
  sayNothingLeft(turn);
  sayNothingLeft(turn);
}

/** A Heartbeat reports anew then; one of ours has no need of it. */
export function sayNothingLeft(turn: Turn): void {
  if (!turn.state.peer.twinbeat) say(turn, 'ask_resources', ['rsc_hold', 'none'], ['info', 'done']);
}
