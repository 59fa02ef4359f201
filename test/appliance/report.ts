import { inWords } from '../../scripts/laboratory/verdict.ts';
import type { Row } from './step.ts';

const WIDTHS = [30, 42, 8, 8, 8];

function line(...cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index < 2 ? cell.padEnd(WIDTHS[index] ?? 0) : cell.padStart(WIDTHS[index] ?? 0)))
    .join(' ');
}

/** A step's line. */
export function shown({ scenario, step, outage, both, took, problems }: Row): string[] {
  const times = [outage, both, took].map((time) => (time === null ? '-' : inWords(time)));
  const verdict = problems.length === 0 ? 'good' : 'WRONG';
  return [`${line(scenario, step, ...times)}  ${verdict}`, ...problems.map((problem) => `  ! ${problem}`)];
}

/** The table: a line for each step, each problem on a line of its own. */
export function table(rows: readonly Row[]): string[] {
  const head = `${line('scenario', 'step', 'outage', 'both', 'took')}  verdict`;
  return [head, '-'.repeat(head.length), ...rows.flatMap(shown)];
}

/** The line by which `.ci/run` counts, as test runners close with it. */
export function summary(rows: readonly Row[]): string {
  const fail = rows.filter(({ problems }) => problems.length > 0).length;
  const counts = [`total: ${rows.length}`, `pass: ${rows.length - fail}`, `fail: ${fail}`];
  return `# { ${counts.join(', ')} }`;
}
