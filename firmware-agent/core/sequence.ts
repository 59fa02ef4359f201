import type { LinkState, PeerState } from './state.ts';
import { log, type Turn, whisper } from './turn.ts';

/** How many of the peer's messages may be missing at once; beyond that the past is given up (spec wire.md 7). */
const mostMissing = 500;

/** How often one message is asked for before it counts as lost for good. */
const mostAsked = 12;

/** The interval doubles with each question, so many times. */
const longestBackoff = 4;

/** Forget what was known of the peer's numbers: it restarted or died. */
export function forgetSequence(peer: PeerState): void {
  peer.lastSeq = null;
  peer.missing.clear();
  peer.acknowledged = 0;
  peer.ackSent = 0;
}

/** Note a number on the link it came in on; false: it was seen there before, or is too old to tell. */
export function freshOnLink(link: LinkState, seq: number): boolean {
  const ahead = seq - link.highest;
  if (ahead > 0) {
    // What came before the first one here was said to nobody.
    if (link.highest > 0) link.lost += ahead - 1;
    link.window = ahead < 32 ? ((link.window << ahead) | 1) >>> 0 : 1;
    link.highest = seq;
    return true;
  }
  const bit = -ahead;
  if (bit >= 32) return false;
  const mask = (1 << bit) >>> 0;
  if ((link.window & mask) !== 0) return false;
  link.window = (link.window | mask) >>> 0;
  if (link.lost > 0) link.lost -= 1;
  return true;
}

/** The sequence rules 4 to 7 of spec wire.md 7: true if the message is new and must be delivered. */
export function takeInSequence(turn: Turn, seq: number): boolean {
  const { peer, settings } = turn.state;
  const last = peer.lastSeq;
  if (last === null || seq === last + 1) {
    peer.lastSeq = seq;
    return true;
  }
  if (seq === last) return false;
  if (seq < last) return takeMissing(turn, seq);

  const lost = seq - last - 1;
  log(turn, 'WARN', `${lost} lost packet(s) for [${settings.peer}] [${last}:${seq}]`);
  peer.lastSeq = seq;
  if (peer.missing.size + lost > mostMissing) {
    log(turn, 'ERROR', 'lost a lot of packets!');
    peer.missing.clear();
    return true;
  }
  // It may only be late on the other cable.
  const since = turn.state.now;
  const askAt = since + settings.rexmitDelay / 2;
  for (let n = last + 1; n < seq; n += 1) peer.missing.set(n, { since, askAt, asked: 0 });
  return true;
}

function takeMissing(turn: Turn, seq: number): boolean {
  const { peer, settings } = turn.state;
  if (!peer.missing.delete(seq)) return false;
  if (peer.missing.size === 0) log(turn, 'info', `No pkts missing from ${settings.peer}!`);
  return true;
}

/** A message that will never come: the peer no longer has it, or never answers. */
export function giveUpMissing(turn: Turn, seq: number): void {
  const { peer, settings } = turn.state;
  if (!peer.missing.delete(seq)) return;
  log(turn, 'ERROR', `Irretrievably lost packet: node ${settings.peer} seq ${seq}`);
}

/** Acknowledge the newest number with our residue that has nothing missing below it (spec wire.md 7.3). */
export function acknowledge(turn: Turn): void {
  const { peer, settings } = turn.state;
  if (peer.lastSeq === null) return;
  let complete = peer.lastSeq;
  for (const seq of peer.missing.keys()) complete = Math.min(complete, seq - 1);
  const due = complete - ((complete - settings.ackResidue + 10) % 10);
  if (due <= 0 || due <= peer.ackSent) return;
  peer.ackSent = due;
  whisper(turn, 'NS_ackmsg', ['ackseq', due.toString(16)]);
}

/** Ask again for every missing message whose time has come; a node that is dead is asked nothing. */
export function askForMissing(turn: Turn): void {
  const { state } = turn;
  for (const [seq, entry] of state.peer.missing) {
    if (entry.askAt > state.now) continue;
    if (entry.asked >= mostAsked) {
      giveUpMissing(turn, seq);
      continue;
    }
    entry.asked += 1;
    // Ever more rarely: on a slow line the questions would leave no room for the answers.
    entry.askAt = state.now + state.settings.rexmitDelay * 2 ** Math.min(entry.asked, longestBackoff);
    const number = String(seq);
    whisper(turn, 'NS_rexmit', ['firstseq', number], ['lastseq', number]);
  }
}
