import type { LockState, Other } from './state.ts';
import { leaseTiming } from './timing.ts';
import { say, type Turn } from './turn.ts';

/** The other does not hold, as seen by a read that began at `readAt`. */
function isFree({ settings }: LockState, { slot, since, lease }: Other, readAt: number): boolean {
  // One that was used and is cleared now may still have its owner.
  if (slot.content === 'empty' && lease === 0) return true;
  if (slot.content === 'record' && slot.record.state === 'free') return true;
  return readAt - since >= Math.max(settings.lease, lease);
}

/** What a read that began at `readAt` means for one who watches, */
export function attempt(turn: Turn, other: Other, readAt: number): void {
  const { state, at } = turn;
  if (!isFree(state, other, readAt)) refuse(turn, other);
  else if (state.usable && !state.owesFree && at >= state.notBefore) {
    state.phase = 'wanting';
    state.epoch += 1;
    say(turn, 'wants');
  }
}

/** and for one whose own word was on the disk before it. */
export function decide(turn: Turn, other: Other, readAt: number): void {
  const { state, actions, at } = turn;
  if (state.usable && isFree(state, other, readAt)) {
    // Too slow a disk: the next attempt follows.
    if (at >= state.renewedAt + leaseTiming(state.settings.lease).hold) return;
    state.phase = 'holding';
    actions.push({ do: 'held', epoch: state.epoch });
    return;
  }
  const holds = other.slot.content === 'record' && other.slot.record.state === 'holds';
  // Of two that want, the first stays and the second makes room.
  if (state.usable && state.settings.index === 0 && !holds) return;
  refuse(turn, other);
  state.phase = 'watching';
  state.owesFree = true;
  if (state.usable) say(turn, 'free');
}

/** Told only of one that surely holds: one that wants as well may yet make room. */
function refuse({ state, actions }: Turn, { slot }: Other): void {
  if (state.refused || slot.content !== 'record' || slot.record.state !== 'holds') return;
  state.refused = true;
  actions.push({ do: 'refused', by: slot.record.node });
}
