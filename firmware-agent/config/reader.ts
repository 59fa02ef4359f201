import { type Directive, refuse, refuseTornTime } from './directive.ts';
import type { Reading } from './draft.ts';
import { type DirectiveFile, grammars } from './grammars.ts';
import { QUOTES, withoutQuotes } from './quotes.ts';
import {
  OPTION_WORD,
  PLAIN_WORD,
  placesOf,
  readLines,
  splitWords,
  WHOLE_TEXT,
  type Word,
  withoutComment,
} from './source.ts';
import { unknownText } from './unknown.ts';

/** Read a file of directives line by line into the draft (spec config.md 1); nothing is compared or filled in yet. */
export function readDirectives(file: DirectiveFile, text: string, reading: Reading): void {
  const { findings } = reading;
  const seen = new Map<string, Word>();
  for (const line of readLines(file, text, findings)) {
    const content = withoutComment(line.text);
    const places = placesOf(line);
    const [name, ...options] = splitWords(content, OPTION_WORD, places);
    if (!name) continue;
    const directive = grammars[file].directives.get(name.text);
    if (!directive) {
      findings.error(name, unknownText(file, name.text, options));
    } else if (directive.form === 'each') {
      for (const option of options) assign(file, directive, option, [], seen, reading);
      if (options.length === 0) {
        findings.warning(
          name,
          `${name.text} without a value does nothing: write "${name.text} ${directive.usage}"`,
        );
      }
    } else {
      // Behind a whole-line directive's name commas still separate, further on they are part of the words.
      const word = directive.form === 'text' ? WHOLE_TEXT : PLAIN_WORD;
      const rest = options[0] ? splitWords(content, word, places, options[0].column - 1) : [];
      const [first, ...others] = rest;
      if (first) assign(file, directive, first, others, seen, reading);
      else
        refuse(
          name.text,
          name,
          `${name.text} needs a value: write "${name.text} ${directive.usage}"`,
          reading,
        );
    }
  }
}

/** @returns whether one of its words is quoted */
function refuseQuotes(
  { name, form, ownWords }: Directive,
  words: readonly Word[],
  reading: Reading,
): boolean {
  const quoted = words.slice(0, ownWords).find(({ text }) => withoutQuotes(text) !== undefined);
  if (quoted === undefined) return false;
  const value = withoutQuotes(quoted.text);
  const mend = form === 'each' ? `"${name} ${value}"` : value;
  refuse(name, quoted, `${name} ${quoted.text}: ${QUOTES}: write ${mend} without them`, reading);
  return true;
}

/** Give a directive one value, if it may have one (more). */
function assign(
  file: DirectiveFile,
  directive: Directive,
  word: Word,
  rest: readonly Word[],
  seen: Map<string, Word>,
  reading: Reading,
): void {
  const { name, form, repeat } = directive;
  const { findings } = reading;
  const earlier = seen.get(name);
  seen.set(name, word);
  if (form !== 'text' && refuseQuotes(directive, [word, ...rest], reading)) return;
  if (earlier && repeat === 'once') {
    findings.error(
      word,
      `${name} may be set only once, and line ${earlier.line} has it already: delete one of the two`,
    );
    return;
  }
  if (earlier && repeat === 'last') {
    const here = earlier.line === word.line;
    if (here && refuseTornTime(name, name, [earlier, word], grammars[file].parseTime, reading)) return;
    const where = here ? 'in this line' : `by line ${earlier.line}`;
    findings.warning(
      word,
      `${name} is set to "${earlier.text}" ${where} already: "${word.text}" is what counts; delete the other`,
    );
  }
  if (file === 'ha.cf' && form === 'each' && name !== 'env') reading.draft.written[name] = word.text;
  directive.take(word, rest, reading);
}
