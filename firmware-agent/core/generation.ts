import type { Message } from '../wire/message.ts';
import { hexNumber } from './fields.ts';
import { beat } from './membership.ts';
import { report } from './resources.ts';
import { log, type Turn } from './turn.ts';

/** Two clocks that differ by so many seconds count as equal. */
const tolerance = 10;

/**
 * A box that lost its state, and its clock too, begins with a generation below the one that its peer remembers: the peer
 * takes it for a recording of the past and refuses all that it says. What the peer says shows it: one of ours names the
 * generation that it knows, and of any peer the clock does, beyond which no box before this one can have got.
 * The sequence numbers go on; the peer sees a restart.
 */
export function heedKnownGeneration(turn: Turn, message: Message): void {
  const { state } = turn;
  const known = Math.max(knownOf(message), clockOf(turn, message));
  if (known <= state.generation) return;
  state.generation = known + 1;
  state.generationSeq = state.seq + 1;
  log(turn, 'WARN', `${state.settings.peer} remembers an earlier life: generation raised to ${known + 1}.`);
  turn.actions.push({ do: 'generation', generation: known + 1 });
  beat(turn);
  if (state.resources.reports.length > 0) report(turn);
}

/** What a refusing peer of ours says that it knows; 0: nothing. */
function knownOf(message: Message): number {
  return hexNumber(message.text('knows')) ?? 0;
}

/** The peer's clock in seconds where ours, from which a first generation was made, is behind it; else 0. */
function clockOf({ state }: Turn, message: Message): number {
  const { settings, peer, now, startedAt, generation } = state;
  if (!settings.generationIsNew || peer.accepts) return 0;
  const clock = hexNumber(message.text('ts')) ?? 0;
  // Our own clock has gone on since: a peer that boots later is not ahead of it.
  const own = generation + (now - startedAt) / 1000;
  return clock > own + tolerance ? clock : 0;
}
