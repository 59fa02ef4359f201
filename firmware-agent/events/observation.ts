import type { Action } from '../core/action.ts';
import type { Event } from '../core/event.ts';
import type { State } from '../core/state.ts';

/** One step of the core, as whoever tells of it sees it. Nobody may change any of it. */
export interface Observation {
  readonly before: State;
  readonly event: Event;
  readonly after: State;
  readonly actions: readonly Action[];
}
