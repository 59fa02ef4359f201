import type { Reading, Setting, Settings, Values } from './draft.ts';
import type { Word } from './source.ts';
import { type Parse, Problem } from './values.ts';

/** One row of the table of directives (spec config.md 2). */
export interface Directive {
  readonly name: string;
  /** The argument as a manual would write it, as in `IF ADDR`; shown where it is missing. */
  readonly usage: string;
  /** each: every word is an assignment of its own. line: the rest of the line belongs together. */
  readonly form: 'each' | 'line';
  /** many: all uses count. last: the last one counts. once: a second one is an error. */
  readonly repeat: 'many' | 'last' | 'once';
  /** @param rest the words after the first; always empty for form `each` */
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
