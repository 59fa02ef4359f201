import { printable } from '../text.ts';

/**
 * A line in pieces of at most `columns`, cut at blanks where there are any; the later ones are indented by two blanks more than
 * the line itself, or by `hang`.
 */
export function wrap(line: string, columns: number, hang?: number): string[] {
  const text = printable(line);
  if (text.length <= columns) return [text.trimEnd()];
  const own = /^ */.exec(text)?.[0].length ?? 0;
  const indent = ' '.repeat(Math.min(hang ?? own + 2, Math.floor(columns / 2)));
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > columns) {
    const blank = rest.lastIndexOf(' ', columns);
    // A blank within the indentation is no place to cut.
    const isCut = blank > indent.length && rest.slice(0, blank).trim() !== '';
    const at = isCut ? blank : columns;
    pieces.push(rest.slice(0, at).trimEnd());
    rest = indent + rest.slice(at).trimStart();
  }
  return [...pieces, rest.trimEnd()];
}
