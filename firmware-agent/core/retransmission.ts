import type { Message } from '../wire/message.ts';
import { decimalNumber, hexNumber } from './fields.ts';
import { rejectOn } from './rejects.ts';
import { report } from './resources.ts';
import { giveUpMissing } from './sequence.ts';
import { log, type Turn, whisper } from './turn.ts';

/** A request that comes so much earlier than it should, in ms, is the next one all the same. */
const tolerance = 10;

/** How many of our own messages can be sent again (spec wire.md 7.2). */
export const historyLength = 500;

/**
 * A request for what was acknowledged before is late itself; one that comes so many ms after the last acknowledgement is of a
 * peer that lost count, and acknowledges nothing more until it is answered.
 */
const lateness = 10_000;

/** One request is answered with at most this many messages. */
const mostPerRequest = 50;

/** How often the present report may follow an old one, in ms. */
const refreshInterval = 1000;

/** The three messages about other messages: none of them has a number of its own. */
export function onControlMessage(turn: Turn, link: string, type: string, message: Message): void {
  if (type === 'NS_ackmsg') onAcknowledgement(turn, link, message);
  else if (type === 'NS_rexmit') onRequest(turn, link, message);
  else if (type === 'NS_nak_rexmit') onRefusal(turn, message);
}

function onAcknowledgement(turn: Turn, link: string, message: Message): void {
  const { peer, seq } = turn.state;
  const acknowledged = hexNumber(message.text('ackseq'));
  if (acknowledged === null || acknowledged > seq) {
    rejectOn(turn, link, 'malformed', `corrupted ackseq ${message.text('ackseq')}, ours is ${seq}`);
  } else if (acknowledged > peer.acknowledged) {
    peer.acknowledged = acknowledged;
    peer.acknowledgedAt = turn.state.now;
    peer.accepts = true;
    for (const sent of turn.state.resent.keys()) if (sent <= acknowledged) turn.state.resent.delete(sent);
  }
}

function onRequest(turn: Turn, link: string, message: Message): void {
  const { state } = turn;
  const first = decimalNumber(message.text('firstseq'));
  const last = decimalNumber(message.text('lastseq'));
  if (first === null || last === null || last < first) return;
  const end = Math.min(last, first + mostPerRequest - 1);
  let oldReport = false;
  for (let seq = first; seq <= end; seq += 1) {
    if (seq > state.seq) {
      rejectOn(turn, link, 'malformed', `Rexmit of seq ${seq} requested. ${state.seq} is max.`);
      return;
    }
    if (seq <= state.peer.acknowledged && state.now - state.peer.acknowledgedAt < lateness) continue;
    if (seq <= state.seq - historyLength || seq < state.generationSeq) refuse(turn, seq);
    else if (resend(turn, seq)) oldReport ||= isOldReport(turn, seq);
  }
  if (oldReport) refreshReport(turn);
}

/** A Heartbeat takes what comes late for the newest word. On a bad cable this one may be lost too: one a second is enough. */
function refreshReport(turn: Turn): void {
  const { resources, now } = turn.state;
  if (now - resources.refreshedAt < refreshInterval) return;
  resources.refreshedAt = now;
  report(turn);
}

function isOldReport(turn: Turn, seq: number): boolean {
  const { reports } = turn.state.resources;
  return reports.includes(seq) && seq !== reports.at(-1);
}

/** False: it was sent again only just now. */
function resend(turn: Turn, seq: number): boolean {
  const { state } = turn;
  const before = state.resent.get(seq);
  if (before !== undefined && state.now - before < state.settings.rexmitDelay - tolerance) return false;
  state.resent.set(seq, state.now);
  for (const old of state.resent.keys()) if (old <= state.seq - historyLength) state.resent.delete(old);
  turn.actions.push({ do: 'resend', seq });
  return true;
}

function refuse(turn: Turn, seq: number): void {
  const { peer } = turn.state.settings;
  log(turn, 'ERROR', `Cannot rexmit pkt ${seq} for ${peer}: seqno too low`);
  whisper(turn, 'NS_nak_rexmit', ['firstseq', seq.toString(16)], ['info', 'seqno too low']);
}

function onRefusal(turn: Turn, message: Message): void {
  const seq = hexNumber(message.text('firstseq'));
  if (seq !== null) giveUpMissing(turn, seq);
}
