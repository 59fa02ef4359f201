import { type Holding, mirror, overlaps } from './holding.ts';
import { canLock } from './locked.ts';
import { isStable } from './resources.ts';
import type { Turn } from './turn.ts';

/** How long the asker waits for the peer's word, in ms (spec cluster.md 7.1). */
export const replyTime = 10_000;

/** How long a side may take to bring its groups up or down, in ms. */
export const workTime = 3_600_000;

/** The peer asks to give a set (in its terms). */
export interface Wish {
  readonly set: Holding;
  readonly seq: number;
  /** When it was first seen to be missing. */
  readonly since: number;
}

/**
 * A wish that was lost and sent again may have been given up meanwhile. One of ours does not report that it rests while it
 * wishes; a Heartbeat does, but it waits for its answer for a time that is known, and was missed within a keepalive. How it
 * went on may be among what is missing still.
 */
export function isWishOver({ state }: Turn, { seq, since }: Wish): boolean {
  const { resources, peer, settings, now } = state;
  if (seq >= resources.peerReportSeq) return false;
  if (peer.twinbeat || seq <= resources.handshakeSeq) return true;
  return now - since > replyTime - settings.keepalive || Math.max(...peer.missing.keys()) > seq;
}

/**
 * A Heartbeat whose peer stopped takes what is missing, and tells that it has done so with the word that gives: it may fall
 * into a handshake about something else. What it gives it does not hold by its report any more.
 */
export function isNotGiven({ state }: Turn, set: Holding): boolean {
  const { resources, peer } = state;
  if (peer.twinbeat || set === resources.standbySet) return false;
  return resources.peerReportSeq > resources.handshakeSeq && overlaps(resources.peerHolds, set);
}

/**
 * A Heartbeat takes the answer to an earlier wish for that to its last one, lets go, and waits for an hour for who takes it;
 * nobody holds what it gave (`set` in its terms).
 */
export function waitsForTaker(turn: Turn, set: Holding, seq: number): boolean {
  const { resources, peer } = turn.state;
  if (peer.twinbeat || peer.status === 'dead' || !isStable(turn) || seq <= resources.peerReportSeq)
    return false;
  const given = mirror(set);
  return (
    canLock(turn.state) &&
    given !== 'none' &&
    !overlaps(resources.peerHolds, set) &&
    !overlaps(resources.holds, given)
  );
}
