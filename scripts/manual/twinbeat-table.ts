import { readFileSync } from 'node:fs';
import { ROOT } from '../build/paths.ts';

/** A row of the table of twinbeat.cf in the README of `config`. */
export interface TwinbeatRow {
  readonly name: string;
  /** As in `takeover auto|confirm|delay TIME`; a directive may have several. */
  readonly usages: readonly string[];
  readonly otherwise: string;
  /** Markdown. */
  readonly text: string;
}

/** Throws where the README has no such table any more. */
export function twinbeatRows(): TwinbeatRow[] {
  const text = readFileSync(`${ROOT}firmware-agent/config/README.md`, 'utf8');
  const [, table] =
    /^\| directive \| default \| what it does \|\n\| --- \| --- \| --- \|\n((?:\|.*\n)+)/m.exec(text) ?? [];
  if (table === undefined) throw new Error('config/README.md has no table of directives');
  return table.trimEnd().split('\n').map(rowOf);
}

function rowOf(line: string): TwinbeatRow {
  // A bar within a cell is written with a backslash.
  const cells = line.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim());
  const [, usage = '', otherwise = '', text = ''] = cells;
  const usages = [...usage.matchAll(/`([^`]+)`/g)].map(([, each = '']) => each);
  const [name = ''] = usages[0]?.split(' ') ?? [];
  return { name, usages, otherwise, text };
}
