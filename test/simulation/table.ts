import type { PairKind } from './heartbeat/peers.ts';
import { sortedRows, type Tally } from './tally.ts';

/** What many runs of one kind of pairs showed, for a terminal and for the documentation. */
export function table(tally: Tally, kind: PairKind): string[] {
  const head = ['fault', 'defences', 'runs', 'outages', 'median', 'worst', 'double service', 'worst'];
  const rows = sortedRows(tally, kind).map(({ fault, defences, runs, outages, doubles }) => [
    fault,
    defences,
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
