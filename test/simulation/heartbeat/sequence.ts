import type { Message } from '../../../firmware-agent/wire/message.ts';
import type { Daemon } from './daemon.ts';
import { dispatch } from './dispatch.ts';
import { touchLink } from './links.ts';
import { onPartition, onStatus } from './membership.ts';

/** `max_rexmit_delay`, ms. */
const rexmitDelay = 250;
/** wire.md 7, 7.2. */
const mostMissing = 500;
const mostPerRequest = 50;
const historyLength = 500;

/** A number field; null where it is none. */
export function numberOf(message: Message, field: string, base: 10 | 16): number | null {
  const number = Number.parseInt(message.text(field) ?? '', base);
  return Number.isNaN(number) ? null : number;
}

/** An authentic message of the peer (wire.md 7). */
export function receive(daemon: Daemon, link: string, message: Message): void {
  const { peer, settings } = daemon;
  const type = message.text('t') ?? '';
  if (message.text('src') !== settings.peer) return;
  const uuid = message.bytes('srcuuid');
  if (uuid) daemon.composer.learn(settings.peer, uuid);
  const generation = numberOf(message, 'hg', 16) ?? 0;
  if (generation < peer.generation) {
    daemon.log('ERROR', `attempted replay attack [${settings.peer}]?`);
    return;
  }
  if (type.startsWith('NS_')) {
    const dest = message.text('dest');
    if (dest === undefined || dest === settings.self) onControl(daemon, type, message);
    return;
  }
  const seq = numberOf(message, 'seq', 16);
  if (seq === null || seq <= 0) return;
  let isReturn = false;
  let isRestart = false;
  if (type === 'status') {
    isReturn = generation === peer.generation && generation > 0 && peer.status === 'dead';
    if (isReturn && seq <= peer.lastStatusSeq) return;
    isRestart = generation > peer.generation;
    if (isRestart) onRestart(daemon, generation);
  }
  const verdict = takeInSequence(daemon, seq, isReturn || isRestart);
  if (verdict === 'old') return;
  touchLink(daemon, link);
  if (verdict === 'duplicate') return;
  acknowledge(daemon, seq);
  if (isReturn) onPartition(daemon);
  if (type === 'status') onStatus(daemon, message, seq);
  else dispatch(daemon, message, false);
}

/** A higher generation: its time stamps are reset (rule 3). */
function onRestart(daemon: Daemon, generation: number): void {
  const { peer, settings } = daemon;
  if (peer.generation > 0) {
    daemon.log('info', `Heartbeat restart on node ${settings.peer}`);
    peer.told = 0;
  }
  peer.generation = generation;
  peer.lastStatusAt = null;
  peer.lastStatusSeq = 0;
  peer.left = false;
  daemon.isForgotten = daemon.standby !== 'NOT';
}

/** Rules 4 to 7: nothing is put in order. */
function takeInSequence(daemon: Daemon, seq: number, isNewStart: boolean): 'new' | 'duplicate' | 'old' {
  const { peer, settings } = daemon;
  const last = peer.lastSeq;
  if (last === null || seq === last + 1) {
    peer.lastSeq = seq;
    return 'new';
  }
  if (seq === last) return 'duplicate';
  if (seq < last) {
    if (peer.missing.delete(seq)) return 'new';
    if (!isNewStart) return 'old';
    peer.missing.clear();
    peer.lastSeq = seq;
    return 'new';
  }
  const lost = seq - last - 1;
  daemon.log('WARN', `${lost} lost packet(s) for [${settings.peer}] [${last}:${seq}]`);
  peer.lastSeq = seq;
  if (peer.missing.size + lost > mostMissing) {
    peer.missing.clear();
    return 'new';
  }
  for (let number = last + 1; number < seq; number += 1) {
    peer.missing.add(number);
    daemon.later(daemon.random.below(rexmitDelay), () => askAgain(daemon, number));
  }
  return 'new';
}

/** Until it comes, is refused, or its sender is dead (wire.md 7.2). */
function askAgain(daemon: Daemon, seq: number): void {
  if (!daemon.peer.missing.has(seq)) return;
  daemon.whisper('NS_rexmit', ['firstseq', String(seq)], ['lastseq', String(seq)]);
  daemon.later(rexmitDelay, () => askAgain(daemon, seq));
}

/** wire.md 7.3. */
function acknowledge(daemon: Daemon, seq: number): void {
  const { peer, residue } = daemon;
  const complete = Math.min(peer.lastSeq ?? 0, ...[...peer.missing].map((missing) => missing - 1));
  const highest = complete - ((complete - residue + 10) % 10);
  if (highest > 0 && (seq === highest || seq < complete)) {
    peer.told = Math.max(peer.told, highest);
    daemon.whisper('NS_ackmsg', ['ackseq', highest.toString(16)]);
  }
}

function onControl(daemon: Daemon, type: string, message: Message): void {
  const { peer } = daemon;
  if (type === 'NS_rexmit') onRequest(daemon, message);
  else if (type === 'NS_nak_rexmit') peer.missing.delete(numberOf(message, 'firstseq', 16) ?? 0);
  else if (type === 'NS_ackmsg') {
    const acked = numberOf(message, 'ackseq', 16) ?? 0;
    if (acked <= daemon.seq) peer.acked = Math.max(peer.acked, acked);
    else daemon.log('ERROR', 'corrupted ackseq');
  }
}

function onRequest(daemon: Daemon, request: Message): void {
  const first = numberOf(request, 'firstseq', 10) ?? 0;
  const last = Math.min(numberOf(request, 'lastseq', 10) ?? -1, first + mostPerRequest - 1, daemon.seq);
  for (let seq = first; seq <= last; seq += 1) {
    if (seq <= daemon.peer.acked) continue;
    const again = daemon.now - (daemon.resent.get(seq) ?? Number.NEGATIVE_INFINITY);
    if (again < rexmitDelay - 10) continue;
    const message = daemon.history.get(seq);
    if (message) {
      daemon.resent.set(seq, daemon.now);
      daemon.resent.delete(seq - historyLength);
      daemon.around.tell({ do: 'resend', seq });
      daemon.around.send(message);
    } else daemon.whisper('NS_nak_rexmit', ['firstseq', seq.toString(16)], ['info', 'seqno too low']);
  }
}
