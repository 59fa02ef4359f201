import type { Reading, Setting, Settings, Values } from './draft.ts';
import type { Word } from './source.ts';
import { joinTime } from './time.ts';
import { type Parse, Problem } from './values.ts';

/** One row of a table of directives (spec config.md 2). */
export interface Directive {
  readonly name: string;
  /** The argument as a manual would write it, as in `IF ADDR`; shown where it is missing. */
  readonly usage: string;
  /**
   * each: every word is an assignment of its own. line: the words of the rest of the line belong together.
   * text: the rest of the line is one value as written.
   */
  readonly form: 'each' | 'line' | 'text';
  /** many: all uses count. last: the last one counts. once: a second one is an error. */
  readonly repeat: 'many' | 'last' | 'once';
  /** Of form `line`: how many words are the agent's own; those behind them are a shell's, which knows quotes. Default: all. */
  readonly ownWords?: number;
  /** @param rest the words after the first; always empty but for form `line` */
  take(word: Word, rest: readonly Word[], reading: Reading): void;
}

/**
 * A directive with one value that is kept under the directive's name.
 * @param remark what is to be said about a value that is otherwise right
 */
export function setting<K extends keyof Values>(
  name: K,
  usage: string,
  parse: Parse<Values[K]>,
  repeat: 'last' | 'once' = 'last',
  remark: (setting: Setting<Values[K]>, reading: Reading) => void = () => {},
): Directive {
  return {
    name,
    usage,
    form: 'each',
    repeat,
    take(word, _rest, reading) {
      const value = parseWord(name, word, parse, reading);
      if (value === undefined) return;
      const settings: Settings<K> = reading.draft.settings;
      settings[name] = { value, at: word };
      remark({ value, at: word }, reading);
    },
  };
}

/**
 * The word's value; undefined where it was refused, which has then been said.
 * @param name the directive
 * @param label what the word is, where the directive takes several
 */
export function parseWord<T>(
  name: string,
  word: Word,
  parse: Parse<T>,
  reading: Reading,
  label = name,
): T | undefined {
  const value = parse(word.text);
  if (!(value instanceof Problem)) return value;
  refuse(name, word, `${label} "${word.text}": ${value.text}`, reading);
  return undefined;
}

/** Say what is wrong with a directive's value, and remember that the directive has no good one. */
export function refuse(name: string, at: Word, text: string, { draft, findings }: Reading): void {
  draft.refused.add(name);
  findings.error(at, text);
}

/** Refuse words that are more than the directive takes. */
export function refuseExtra(name: string, extra: readonly Word[], expected: string, reading: Reading): void {
  const [first] = extra;
  if (!first) return;
  const words = extra.map(({ text }) => text).join(' ');
  refuse(name, first, `${name} takes ${expected}: remove "${words}" or give it a line of its own`, reading);
}

/**
 * Refuse a time that a blank tears in two, as in `500 ms`.
 * @param before what is to be written before the time
 * @param parse how the file writes a time
 * @returns false where the two words are no such time
 */
export function refuseTornTime(
  name: string,
  before: string,
  [number, unit]: readonly [Word, Word],
  parse: Parse<number>,
  reading: Reading,
): boolean {
  const joined = joinTime(number.text, unit.text, parse);
  if (joined === undefined) return false;
  const mend = joined instanceof Problem ? joined.text : `write "${before} ${joined}"`;
  refuse(name, unit, `${name}: the blank makes "${unit.text}" a second value: ${mend}`, reading);
  return true;
}
