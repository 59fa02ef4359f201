import type { Test } from 'tap';
import { type Laboratory, layPair, type PairWishes } from '../../../scripts/laboratory/laboratory.ts';
import { Observer } from '../../../scripts/laboratory/observer.ts';
import { rest } from '../../../scripts/laboratory/rest.ts';
import { SEATS, type Seat } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';

/** Anything slower than this is broken, not slow; milliseconds. */
export const PATIENCE = 30_000;

/** Quick enough for a test, slow enough for a busy machine. */
export const TIMES = { keepalive: 250, deadtime: 2000 };

/** A test looks at the reports itself. */
export const QUIET = {
  step: () => undefined,
  result: () => undefined,
  event: () => undefined,
  sighted: () => undefined,
};

export interface RunningPair {
  readonly lab: Laboratory;
  readonly observer: Observer;
  /** Wait until the client is answered by a node. */
  readonly served: (by: Seat) => Promise<void>;
}

/** A pair of the built executable that rests with nodea serving; it goes with the test. */
export async function runningPair(
  t: Test,
  wishes: PairWishes = {},
  prepare: (lab: Laboratory) => void = () => undefined,
): Promise<RunningPair> {
  const lab = await layPair({ ...TIMES, ...wishes });
  t.teardown(() => lab.close());
  const observer = new Observer(lab, QUIET);
  t.teardown(() => observer.close());
  prepare(lab);
  for (const seat of SEATS) await lab.nodes[seat].boot();
  await rest(lab, observer, 'nodea', PATIENCE);
  const served = (by: Seat) =>
    until(`${by} to answer the client`, () => observer.sighting.strip.at(-1) === by, PATIENCE);
  return { lab, observer, served };
}
