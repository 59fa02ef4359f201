import { inWords } from '../../scripts/laboratory/verdict.ts';
import type { Row } from './step.ts';

const WIDTHS = { name: 24, step: 44, time: 8 };

function times(...values: readonly (number | null)[]): string {
  return values.map((time) => (time === null ? '-' : inWords(time)).padStart(WIDTHS.time)).join(' ');
}

function verdict(rows: readonly Row[]): string {
  return rows.every(({ problems }) => problems.length === 0) ? 'good' : 'WRONG';
}

/** A step's lines. */
export function shown(row: Row): string[] {
  const { scenario, step, outage, both, took, problems } = row;
  const names = `${scenario.padEnd(WIDTHS.name)} ${step.padEnd(WIDTHS.step)}`;
  return [
    `${names} ${times(outage, both, took)}  ${verdict([row])}`,
    ...problems.map((problem) => `  ! ${problem}`),
  ];
}

/** The table: a line for each scenario, with what went wrong in it below, and why both boxes answered where they had to. */
export function table(rows: readonly Row[]): string[] {
  const heads = ['outage', 'both', 'took'].map((head) => head.padStart(WIDTHS.time)).join(' ');
  const head = `${'scenario'.padEnd(WIDTHS.name)} ${heads}  verdict`;
  const names = [...new Set(rows.map(({ scenario }) => scenario))];
  return [
    head,
    '-'.repeat(head.length),
    ...names.flatMap((name) => scenarioLines(rows.filter(({ scenario }) => scenario === name))),
  ];
}

function scenarioLines(rows: readonly Row[]): string[] {
  const outages = rows.flatMap(({ outage }) => (outage === null ? [] : [outage]));
  const sum = (what: 'both' | 'took'): number => rows.reduce((total, row) => total + row[what], 0);
  const longest = outages.length === 0 ? null : Math.max(...outages);
  const name = (rows[0]?.scenario ?? '').padEnd(WIDTHS.name);
  const first = rows[0]?.first ?? null;
  return [
    `${name} ${times(longest, sum('both'), sum('took'))}  ${verdict(rows)}`,
    ...(first === null ? [] : [`  * played twice; the first time: ${first}`]),
    ...rows.flatMap(({ step, problems, because }) => [
      ...problems.map((problem) => `  ! ${step}: ${problem}`),
      ...(because === null ? [] : [`  * ${step}: ${because}`]),
    ]),
  ];
}

/** The line by which `.ci/run` counts, as test runners close with it. */
export function summary(rows: readonly Row[]): string {
  const fail = rows.filter(({ problems }) => problems.length > 0).length;
  const counts = [`total: ${rows.length}`, `pass: ${rows.length - fail}`, `fail: ${fail}`];
  return `# { ${counts.join(', ')} }`;
}
