import type { Findings, Place } from './findings.ts';

/** A word of a configuration file, with the place of its first character. */
export interface Word extends Place {
  readonly text: string;
}

/** One line of a file as a person counts them, without its line end. */
export interface SourceLine {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Bytes; spec config.md 1, wire.md 6.4. Heartbeat cuts a longer line silently. */
const LONGEST_LINE = 5119;

/** Words of option directives: blanks, tabs and commas separate them (spec config.md 1). */
export const OPTION_WORD = /[^ \t,]+/g;
/** Words of everything else: blanks and tabs separate them. */
export const PLAIN_WORD = /[^ \t]+/g;
/** The whole of a text as one word, blanks and all, but for those at its ends. */
export const WHOLE_TEXT = /[^ \t](?:.*[^ \t])?/g;

/** The lines of a file. A line that is too long is reported and left out, since nobody knows where it was meant to end. */
export function readLines(file: string, text: string, findings: Findings): SourceLine[] {
  const lines = text
    .split('\n')
    .map((line, index) => ({ file, number: index + 1, text: line.replace(/\r+$/, '') }));
  return lines.filter((line) => {
    const bytes = Buffer.byteLength(line.text);
    if (bytes <= LONGEST_LINE) return true;
    findings.error(
      { file, line: line.number, column: 1 },
      `this line has ${bytes} bytes, more than the ${LONGEST_LINE} that are read: split it or remove what is not needed`,
    );
    return false;
  });
}

/** The text up to the first `#`, which ends a line of any file but authkeys anywhere, inside a value too. */
export function withoutComment(text: string): string {
  const hash = text.indexOf('#');
  return hash < 0 ? text : text.slice(0, hash);
}

/**
 * Cut `text` into words from `offset` on.
 * @param word a global expression that matches one word
 * @param placeOf the place in the file of a character of `text`
 */
export function splitWords(
  text: string,
  word: RegExp,
  placeOf: (offset: number) => Place,
  offset = 0,
): Word[] {
  return [...text.slice(offset).matchAll(word)].map((match) => ({
    text: match[0],
    ...placeOf(offset + match.index),
  }));
}

/** The words of a text, which is a part of one line. */
export function wordsIn(text: Word): Word[] {
  return splitWords(text.text, PLAIN_WORD, placesWithin(text));
}

/** The first `count` words of a text, and what follows them, as written, as one more. */
export function cutWords(text: Word, count: number): Word[] {
  const words = wordsIn(text);
  const rest = words[count];
  if (!rest) return words;
  const offset = rest.column - text.column;
  return [...words.slice(0, count), ...splitWords(text.text, WHOLE_TEXT, placesWithin(text), offset)];
}

function placesWithin({ file, line, column }: Word): (offset: number) => Place {
  return (offset) => ({ file, line, column: column + offset });
}

/** For text that stands in the file as it is: one line, columns counted from its first character. */
export function placesOf(line: SourceLine): (offset: number) => Place {
  return (offset) => ({ file: line.file, line: line.number, column: offset + 1 });
}
