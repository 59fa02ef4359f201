import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inWords } from '../../../scripts/laboratory/verdict.ts';

/** One line of the table at the end. */
export interface Row {
  readonly scenario: string;
  readonly step: string;
  /** Where ours sits, for people. */
  readonly seating: string;
  readonly medium: string;
  /** Milliseconds. */
  readonly outage: number;
  /** What two real ones cost in the same step; null: nobody measured it. */
  readonly reference: number | null;
  readonly problems: readonly string[];
}

/** Set by `npm run test:interop`: where the test files leave their rows. */
export const RESULTS = 'TWINBEAT_INTEROP_RESULTS';

/** Keep the rows of one test file for the table; without a directory for them nobody wants one. */
export function keep(name: string, rows: readonly Row[]): void {
  const directory = process.env[RESULTS];
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${name}.json`), JSON.stringify(rows));
}

/** Keep a daemon's log, for whoever wants to know what went wrong. */
export function keepLog(name: string, log: string): void {
  const directory = process.env[RESULTS];
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  copyFileSync(log, join(directory, `${name}.log`));
}

/** All rows that were kept, file by file. */
export function kept(directory: string): Row[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Row[]);
}

/** The table: a line for each step, each problem on a line of its own. */
export function table(rows: readonly Row[]): string[] {
  const line = (...cells: readonly string[]): string => {
    const widths = [19, 32, 14, 12, 8, 8];
    return cells
      .map((cell, index) => (index < 4 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join(' ');
  };
  const head = `${line('scenario', 'step', 'ours is', 'medium', 'outage', 'two real')}  verdict`;
  return [
    head,
    '-'.repeat(head.length),
    ...rows.flatMap(({ scenario, step, seating, medium, outage, reference, problems }) => [
      `${line(scenario, step, seating, medium, inWords(outage), reference === null ? '-' : inWords(reference))}  ${problems.length === 0 ? 'good' : 'WRONG'}`,
      ...problems.map((problem) => `  ! ${problem}`),
    ]),
  ];
}
