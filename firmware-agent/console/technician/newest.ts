import type { Size } from '../screen-painter.ts';
import { wrap } from './wrap.ts';

/** Rows that stand around a page of lines: what was typed, a remark, the next prompt. */
const around = 3;

/** How many of the last lines fit on one page; one at least. */
export function newestThatFit(lines: readonly string[], { columns, rows }: Size): number {
  if (rows === 0) return lines.length;
  let room = rows - around;
  let count = 0;
  for (const line of lines.toReversed()) {
    room -= wrap(line, columns - 1).length;
    if (room < 0) break;
    count += 1;
  }
  return Math.min(lines.length, Math.max(1, count));
}
