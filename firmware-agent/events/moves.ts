import { common, type Holding, without } from '../core/holding.ts';
import type { Job, State } from '../core/state.ts';
import type { Happened } from './event.ts';
import { givingReason } from './handshake-reason.ts';
import { type Motive, motiveOf } from './move-reason.ts';
import type { Observation } from './observation.ts';
import { groupsInWords, seconds } from './words.ts';

/** What takes longer than this, in ms, is told before it is over: it may never be. */
const patience = 10_000;

interface Move {
  readonly motive: Motive;
  readonly keys: readonly string[];
  isSlowTold: boolean;
}

/** Follows the groups: what came up and went down here, and why. */
export class Moves {
  readonly #moves = new Map<number, Move>();
  #giving = '';

  /** @param forged as for `silenceOf` */
  see(seen: Observation, forged: number): Happened[] {
    const { before, after } = seen;
    this.#giving = givingReason(seen) ?? this.#giving;
    if (before.resources.jobs.length === 0 && after.resources.jobs.length === 0) return [];
    const told = before.resources.jobs
      .filter(({ id }) => !after.resources.jobs.some((job) => job.id === id))
      .flatMap((job) => this.#ended(job, seen));
    for (const job of after.resources.jobs) {
      if (!this.#moves.has(job.id)) this.#began(job, seen, forged);
      told.push(...this.#slow(job, after));
    }
    return told;
  }

  #began(job: Job, seen: Observation, forged: number): void {
    const keys = keysOf(job, seen);
    this.#moves.set(job.id, {
      motive: motiveOf(job, seen, forged, this.#giving),
      keys,
      isSlowTold: keys.length === 0,
    });
  }

  #ended(job: Job, { event, after }: Observation): Happened[] {
    const move = this.#moves.get(job.id);
    this.#moves.delete(job.id);
    // What still waited for its lock was never begun.
    if (!move || move.keys.length === 0 || job.stage === 'waits') return [];
    const { verb, partner, why } = move.motive;
    const took = Math.round(after.now - job.since);
    const failed = event.kind === 'finished' && event.job === job.id ? event.failed : job.failed;
    const what = job.what === 'acquire' ? 'start' : 'stop';
    const but = failed.length > 0 ? `; ${groupsInWords(failed)} did not ${what}` : '';
    return [
      {
        kind: job.what === 'acquire' ? 'acquired' : 'released',
        text: `${verb} ${groupsInWords(move.keys)}${partner}: ${why}${but}`,
        facts: {
          groups: move.keys,
          why,
          took,
          ...(partner === '' ? {} : { peer: after.settings.peer }),
          ...(failed.length > 0 ? { failed } : {}),
        },
      },
    ];
  }

  #slow(job: Job, { now }: State): Happened[] {
    const move = this.#moves.get(job.id);
    const lasts = Math.round(now - job.since);
    if (!move || move.isSlowTold || lasts < patience) return [];
    move.isSlowTold = true;
    const does = job.what === 'acquire' ? 'comes up' : 'goes down';
    const hangs = job.stage === 'works' ? 'its scripts are not done' : 'the disk lock keeps it waiting';
    const text = `${groupsInWords(move.keys)} ${does} for ${seconds(lasts)} already: ${hangs}`;
    return [{ kind: 'slow', text, facts: { groups: move.keys, lasts } }];
  }
}

/** The groups that a job moves, not those of its set that are here, or gone, in any case. */
function keysOf({ set, key, what }: Job, { before, after }: Observation): readonly string[] {
  if (key !== null) return [key];
  const { holds } = before.resources;
  const { localKeys, foreignKeys } = after.settings;
  const of = (part: Holding) => [
    ...(common(part, 'local') === 'none' ? [] : localKeys),
    ...(common(part, 'foreign') === 'none' ? [] : foreignKeys),
  ];
  if (what === 'release') return of(common(set, holds));
  const fresh = without(set, holds);
  return of(fresh === 'none' ? set : fresh);
}
