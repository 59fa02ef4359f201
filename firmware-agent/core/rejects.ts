import type { Level } from './action.ts';
import type { RejectKind } from './state.ts';
import { log, type Turn } from './turn.ts';

/** A kind of bad input is named in the log at most this often for each link, in ms: a noisy cable must not fill the disk. */
const logInterval = 10_000;

/** Count input that changes nothing, and tell the log at a bounded rate. Unknown links are none of our cables. */
export function rejectOn(
  turn: Turn,
  linkName: string,
  kind: RejectKind,
  detail: string,
  level: Level = 'WARN',
): void {
  const link = turn.state.links[linkName];
  if (!link) return;
  const { count, loggedAt, unsaid } = link.rejects[kind];
  const { now } = turn.state;
  const isTold = now - loggedAt >= logInterval;
  const entry = isTold
    ? { count: count + 1, loggedAt: now, unsaid: 0 }
    : { count: count + 1, loggedAt, unsaid: unsaid + 1 };
  link.rejects = { ...link.rejects, [kind]: entry };
  if (!isTold) return;
  const more = unsaid > 0 ? `, and ${unsaid} more since the last such line` : '';
  log(turn, level, `${detail} (${kind} input on ${linkName} dropped${more})`);
}
