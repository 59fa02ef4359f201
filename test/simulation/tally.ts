import { type DefenceSet, defenceSets } from './defence-sets.ts';
import { Durations } from './durations.ts';
import type { PairKind } from './heartbeat/peers.ts';
import { faultClasses } from './plan.ts';
import type { Result, Violation } from './run.ts';

/** What the runs with one class of faults and one set of defences showed. */
interface Row {
  readonly peers: PairKind;
  readonly defences: DefenceSet;
  readonly fault: string;
  runs: number;
  readonly outages: Durations;
  readonly doubles: Durations;
}

/** What is kept of many runs: never a run itself. */
export interface Tally {
  runs: number;
  /** Virtual ms. */
  duration: number;
  readonly rows: Map<string, Row>;
  /** How often each known violation was met. */
  readonly known: Map<string, number>;
  /** The one with the lowest seed. */
  violation: Violation | null;
}

/** Runs in which nothing went wrong, and stretches that no fault explains. */
const nothing = 'none';

export function emptyTally(): Tally {
  return { runs: 0, duration: 0, rows: new Map(), known: new Map(), violation: null };
}

export function count(tally: Tally, result: Result): void {
  tally.runs += 1;
  tally.duration += result.duration;
  for (const name of orNothing(result.classes)) rowOf(tally, result, name).runs += 1;
  for (const { kind, from, until, classes } of result.stretches) {
    for (const name of orNothing(classes)) {
      const row = rowOf(tally, result, name);
      (kind === 'outage' ? row.outages : row.doubles).add(until - from);
    }
  }
  if (result.known !== null) tally.known.set(result.known, (tally.known.get(result.known) ?? 0) + 1);
  takeViolation(tally, result.violation);
}

/** `other` may have come from a worker: there only its data are left of it. */
export function merge(tally: Tally, other: Tally): void {
  tally.runs += other.runs;
  tally.duration += other.duration;
  for (const row of other.rows.values()) {
    const own = rowOf(tally, row, row.fault);
    own.runs += row.runs;
    own.outages.merge(row.outages);
    own.doubles.merge(row.doubles);
  }
  for (const [name, met] of other.known) tally.known.set(name, (tally.known.get(name) ?? 0) + met);
  takeViolation(tally, other.violation);
}

/** The rows of one kind of pairs by fault class, "none" first, and each with every set of defences. */
export function sortedRows(tally: Tally, kind: PairKind): Row[] {
  const order = [nothing, ...faultClasses];
  const place = ({ fault, defences }: Row) =>
    order.indexOf(fault) * defenceSets.length + defenceSets.indexOf(defences);
  const rows = [...tally.rows.values()].filter(({ peers }) => peers === kind);
  return rows.sort((a, b) => place(a) - place(b));
}

function takeViolation(tally: Tally, violation: Violation | null): void {
  if (!violation || (tally.violation && tally.violation.seed < violation.seed)) return;
  tally.violation = violation;
}

function orNothing(classes: readonly string[]): readonly string[] {
  return classes.length > 0 ? classes : [nothing];
}

function rowOf(tally: Tally, { peers, defences }: Pick<Row, 'peers' | 'defences'>, fault: string): Row {
  const name = `${peers} ${defences} ${fault}`;
  const known = tally.rows.get(name);
  if (known) return known;
  const row = { peers, defences, fault, runs: 0, outages: new Durations(), doubles: new Durations() };
  tally.rows.set(name, row);
  return row;
}
