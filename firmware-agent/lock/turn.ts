import type { LockRecord } from './sector.ts';
import type { LockAction, LockState, Request } from './state.ts';

/** One step under way: a state of its own to change, and what it causes so far. */
export interface Turn {
  readonly state: LockState;
  readonly actions: LockAction[];
  readonly at: number;
}

export function lose({ state, actions }: Turn, why: string): void {
  state.phase = 'lost';
  actions.push({ do: 'lost', why });
}

export function tellFault({ state, actions }: Turn, text: string | null): void {
  if (state.fault === text) return;
  state.fault = text;
  actions.push({ do: 'fault', text });
}

/** Write our sector. */
export function say(turn: Turn, what: LockRecord['state']): void {
  const { state, at } = turn;
  const { node, incarnation, lease } = state.settings;
  state.counter += 1;
  const record = { state: what, node, incarnation, lease, epoch: state.epoch, counter: state.counter };
  ask(turn, { kind: 'write', at, record });
}

export function ask({ state, actions }: Turn, request: Request): void {
  state.request = request;
  actions.push(request.kind === 'read' ? { do: 'read' } : { do: 'write', record: request.record });
}
