import { sortedRows, type Tally } from './tally.ts';

/** The defences that were in force: a row for each class of faults is there once for each set of them. */
const defences = 'none';

/** What many runs showed, for a terminal and for the documentation. */
export function table(tally: Tally): string[] {
  const head = ['defences', 'fault', 'runs', 'outages', 'median', 'worst', 'double service', 'worst'];
  const rows = sortedRows(tally).map(([name, { runs, outages, doubles }]) => [
    defences,
    name,
    String(runs),
    String(outages.count),
    outages.count > 0 ? time(outages.median) : '-',
    outages.count > 0 ? time(outages.worst) : '-',
    String(doubles.count),
    doubles.count > 0 ? time(doubles.worst) : '-',
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, n) => (n < 2 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, n) => (n < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)];
}

function time(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
