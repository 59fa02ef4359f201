import type { Size } from '../screen-painter.ts';
import type { DatedLine } from '../text.ts';
import { wrap } from './wrap.ts';

/** Rows that stand around a page of lines: what was typed, a remark, the next prompt. */
const around = 3;

/** How many of the last lines fit on one page with their days above them; one at least. */
export function newestThatFit(lines: readonly DatedLine[], { columns, rows }: Size): number {
  if (rows === 0) return lines.length;
  let room = rows - around;
  let count = 0;
  let above = '';
  for (const { day, text } of lines.toReversed()) {
    room -= wrap(text, columns - 1).length;
    if (day !== '' && day !== above) room -= 1;
    if (room < 0) break;
    if (day !== '') above = day;
    count += 1;
  }
  return Math.min(lines.length, Math.max(1, count));
}
