import type { RejectKind } from './state.ts';
import { log, type Turn } from './turn.ts';

/** A kind of bad input is named in the log at most this often for each link, in ms: a noisy cable must not fill the disk. */
const logInterval = 10_000;

/** Count input that changes nothing, and tell the log at a bounded rate. Unknown links are none of our cables. */
export function rejectOn(turn: Turn, linkName: string, kind: RejectKind, detail: string): void {
  const link = turn.state.links[linkName];
  if (!link) return;
  const entry = link.rejects[kind];
  entry.count += 1;
  if (turn.state.now - entry.loggedAt < logInterval) {
    entry.unsaid += 1;
    return;
  }
  const more = entry.unsaid > 0 ? ` (and ${entry.unsaid} more since the last such line)` : '';
  log(turn, 'WARN', `${linkName}: ${kind} input dropped: ${detail}${more}`);
  entry.loggedAt = turn.state.now;
  entry.unsaid = 0;
}
