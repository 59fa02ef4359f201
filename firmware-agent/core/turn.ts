import type { Action, Entity, Fields, Level } from './action.ts';
import { type Holding, includes, without } from './holding.ts';
import { lockedSets } from './locked.ts';
import type { Job, JobPurpose, State } from './state.ts';

/** One step under way: a state of its own to change, and what it causes so far. */
export interface Turn {
  readonly state: State;
  readonly actions: Action[];
}

/** So many of our own reports are told from other messages when they are asked for again. */
const mostReports = 16;

export function log(turn: Turn, level: Level, text: string, entity?: Entity): void {
  turn.actions.push({ do: 'log', level, text, ...(entity === undefined ? {} : { entity }) });
}

/** Send a sequenced message to the cluster: it takes the next number and can be asked for again. */
export function say(turn: Turn, type: string, ...fields: Fields): void {
  const { state } = turn;
  state.seq += 1;
  // A Heartbeat unsettles itself with a `starting` that comes late, too.
  if (type === 'resource' || type === 'starting')
    state.resources.reports = [...state.resources.reports, state.seq].slice(-mostReports);
  turn.actions.push({ do: 'send', seq: state.seq, fields: [['t', type], ...fields] });
}

/** Send an NS_ message to the peer: no number, never sent again (spec wire.md 5). */
export function whisper(turn: Turn, type: string, ...fields: Fields): void {
  turn.actions.push({
    do: 'send',
    seq: null,
    fields: [['t', type], ['dest', turn.state.settings.peer], ...fields],
  });
}

/**
 * Begin to bring a set of groups, or the one of them that `key` names, up or down; `finished` tells when it is over. What
 * comes up waits for its locks; what is to go down does not wait any more.
 */
export function begin(
  turn: Turn,
  what: 'acquire' | 'release',
  set: Holding,
  purpose: JobPurpose,
  key: string | null = null,
): Job {
  const { resources, now } = turn.state;
  const waits = what === 'acquire' && !includes(lockedSets(turn.state), set);
  const stage = waits ? 'waits' : 'works';
  const job: Job = { id: resources.nextJob, what, purpose, set, key, since: now, stage, failed: [] };
  if (what === 'release' && purpose !== 'lock') stopWaiting(turn.state, set);
  resources.nextJob += 1;
  resources.jobs.push(job);
  if (!waits) turn.actions.push({ do: what, job: job.id, set, key });
  return job;
}

/** What waits for its locks does not want this set any more. */
export function stopWaiting({ resources }: State, set: Holding): void {
  resources.jobs = resources.jobs.map((job) =>
    job.stage === 'waits' ? { ...job, set: without(job.set, set) } : job,
  );
}

/** Answer the operator's command that waits, if one does. */
export function answer(turn: Turn, ok: boolean, text: string): void {
  const { command } = turn.state;
  if (!command) return;
  turn.actions.push({ do: 'answer', id: command.id, ok, text });
  turn.state.command = null;
}
