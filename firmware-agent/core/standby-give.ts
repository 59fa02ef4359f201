import { workTime } from './handshake-words.ts';
import { type Holding, includes, mirror, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { report } from './resources.ts';
import { answer, begin, log, say, type Turn } from './turn.ts';

/** The peer promised to take `set`, in our own terms. */
export function giveUp(turn: Turn, set: Holding, seq: number): void {
  const { resources, settings, now } = turn.state;
  resources.handshakeSeq = seq;
  resources.standbyDeadline = now + workTime;
  log(turn, 'info', `standby: ${settings.peer} can take our ${set} resources`);
  setHolds(turn, without(resources.holds, set));
  report(turn, 'standby');
  log(turn, 'info', `give up ${set} HA resources (standby).`);
  begin(turn, 'release', set, 'give');
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

/** It is the peer's turn to bring up what went down here. */
export function hasGiven({ state }: Turn): boolean {
  const { standby, jobs } = state.resources;
  return standby === 'done' && !jobs.some(({ purpose }) => purpose === 'take');
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

/** What we gave is up at the peer; `failed`: but these did not start. */
export function peerTook(turn: Turn, set: Holding, failed: string | undefined): void {
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
