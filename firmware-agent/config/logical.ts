import type { Findings, Place } from './findings.ts';
import { readLines, type SourceLine, withoutComment } from './source.ts';

/** What haresources treats as one line, though it may be several in the file. */
export interface LogicalLine {
  readonly text: string;
  /** The place in the file of a character of `text`. */
  placeOf(offset: number): Place;
}

/** A piece of a logical line, and where in the logical line it begins. */
interface Piece {
  readonly line: SourceLine;
  readonly start: number;
}

/** Join lines that end in a backslash (spec config.md 4). Comments end with their own line and are not continued. */
export function logicalLines(file: string, text: string, findings: Findings): LogicalLine[] {
  const logical: LogicalLine[] = [];
  let pieces: Piece[] = [];
  let joined = '';
  const flush = (): void => {
    if (joined.trim() !== '') logical.push(locate(joined, pieces));
    pieces = [];
    joined = '';
  };
  for (const line of readLines(file, text, findings)) {
    const content = withoutComment(line.text);
    const continued = line.text.endsWith('\\');
    pieces.push({ line, start: joined.length });
    if (continued && content.length === line.text.length) {
      joined += content.slice(0, -1);
      continue;
    }
    if (continued) {
      findings.warning(
        { file, line: line.number, column: line.text.length },
        'this backslash belongs to the comment and joins no line: end the line before "#", or remove it',
      );
    }
    joined += content;
    flush();
  }
  flush();
  return logical;
}

function locate(text: string, pieces: readonly Piece[]): LogicalLine {
  return {
    text,
    placeOf(offset) {
      const piece = pieces.findLast(({ start }) => start <= offset);
      if (!piece) throw new RangeError(`no character ${offset} in a logical line of ${text.length}`);
      const { file, number } = piece.line;
      return { file, line: number, column: offset - piece.start + 1 };
    },
  };
}
