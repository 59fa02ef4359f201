import { overwritten, unfit } from './fitness.ts';
import type { Slot } from './sector.ts';
import type { LockAction, LockEvent, LockState, Other } from './state.ts';
import { attempt, decide } from './take.ts';
import { leaseTiming } from './timing.ts';
import { ask, lose, say, type Turn, tellFault } from './turn.ts';

/** One step of the lock, which README.md explains: no clock, no disk; time in monotonic milliseconds. */
export function stepLock(before: LockState, event: LockEvent): { state: LockState; actions: LockAction[] } {
  const turn: Turn = { state: { ...before }, actions: [], at: event.at };
  expire(turn);
  if (event.kind === 'want') want(turn);
  else if (event.kind === 'free') free(turn);
  else if (event.kind === 'wrote') wrote(turn);
  else if (event.kind === 'read') read(turn, event.own, event.other);
  else if (event.kind === 'failed') failed(turn, event.text);
  watch(turn);
  return turn;
}

/** Until when this node may act as the holder; null: it may not. */
export function heldUntil({ phase, renewedAt, settings }: LockState): number | null {
  return phase === 'holding' ? renewedAt + leaseTiming(settings.lease).hold : null;
}

function expire(turn: Turn): void {
  const until = heldUntil(turn.state);
  if (until === null || turn.at < until) return;
  const renewed = Math.round(turn.at - turn.state.renewedAt);
  lose(turn, turn.state.fault ?? `not renewed for ${renewed} ms`);
}

function want({ state, at }: Turn): void {
  if (state.phase !== 'idle') return;
  state.phase = 'watching';
  state.refused = false;
  state.nextAt = at;
}

function free({ state, actions, at }: Turn): void {
  state.phase = 'idle';
  state.owesFree = state.request?.kind === 'write' || state.written?.state !== 'free';
  if (state.owesFree) state.nextAt = at;
  else actions.push({ do: 'freed' });
}

function wrote(turn: Turn): void {
  const { state, actions } = turn;
  const { request } = state;
  if (request?.kind !== 'write') return;
  state.request = null;
  state.written = request.record;
  state.renewedAt = request.at;
  if (request.record.state === 'free' && state.owesFree) {
    state.owesFree = false;
    if (state.phase === 'idle') actions.push({ do: 'freed' });
  }
  // What decides is read after our own word is on the disk.
  ask(turn, { kind: 'read', at: turn.at });
}

function read(turn: Turn, own: Slot, slot: Slot): void {
  const { state } = turn;
  const { request } = state;
  if (request?.kind !== 'read') return;
  state.request = null;
  const other = observe(turn, slot);
  remember(state, own);
  remember(state, slot);
  const fault =
    unfit(state, own, slot) ?? (overwritten(state, own) ? 'sector of this node was overwritten' : null);
  state.usable = fault === null;
  const isLate = turn.at < state.notBefore;
  tellFault(turn, fault ?? (isLate ? 'a write that failed may still arrive' : null));
  if (overwritten(state, own)) {
    state.written = null;
    if (state.phase === 'holding') lose(turn, 'sector of this node was overwritten');
  }
  if (state.phase === 'wanting') decide(turn, other, request.at);
  else if (state.phase === 'watching') attempt(turn, other, request.at);
}

/** Any change of bytes is a sign of life, readable or not. */
function observe({ state, at }: Turn, slot: Slot): Other {
  const { other } = state;
  const lease = slot.content === 'record' ? slot.record.lease : 0;
  const since = other?.slot.print === slot.print ? other.since : at;
  state.other = { slot, since, lease: Math.max(lease, other?.lease ?? 0) };
  return state.other;
}

function remember(state: LockState, slot: Slot): void {
  if (slot.content !== 'record') return;
  state.epoch = Math.max(state.epoch, slot.record.epoch);
  state.counter = Math.max(state.counter, slot.record.counter);
}

function failed(turn: Turn, text: string): void {
  const { state, at } = turn;
  const { request } = state;
  if (request === null) return;
  state.request = null;
  if (request.kind === 'write') {
    state.written = null;
    // A storage network may still deliver it: nobody may read it beneath a later hold.
    if (request.record.state === 'free') state.notBefore = at + state.settings.lease;
  }
  tellFault(turn, text);
}

/** What is due, and when the next is. */
function watch(turn: Turn): void {
  const { state, actions, at } = turn;
  const { period, stall } = leaseTiming(state.settings.lease);
  if (state.request === null && at >= state.nextAt) {
    state.nextAt = at + period;
    begin(turn);
  }
  const due: number[] = [];
  if (state.request === null) due.push(state.nextAt);
  else if (at >= state.request.at + stall) tellFault(turn, 'has not answered for a quarter of the lease');
  else due.push(state.request.at + stall);
  const until = heldUntil(state);
  if (until !== null) due.push(until);
  if (due.length > 0) actions.push({ do: 'timer', at: Math.min(...due) });
}

function begin(turn: Turn): void {
  const { state } = turn;
  if (state.phase === 'holding') say(turn, 'holds');
  else if (state.usable && state.owesFree) say(turn, 'free');
  else if (state.usable && state.phase === 'wanting') say(turn, 'wants');
  else ask(turn, { kind: 'read', at: turn.at });
}
