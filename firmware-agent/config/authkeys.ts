import type { DigestMethod, Key, Keyring } from '../wire/keyring.ts';
import { type Findings, wholeFile } from './findings.ts';
import { QUOTES, withoutQuotes } from './quotes.ts';
import { PLAIN_WORD, placesOf, readLines, type SourceLine, splitWords, type Word } from './source.ts';
import { suggest } from './suggest.ts';
import { anyOf, integer, Problem } from './values.ts';

const METHODS: readonly DigestMethod[] = ['crc', 'md5', 'sha1', 'sha256'];

const EXAMPLE = '"auth 1" and "1 sha1 SECRET", the same on both nodes';

/** What to write where there is no key file at all. */
export const AUTHKEYS_MEND = `write it with the two lines ${EXAMPLE}, and "chmod 600" it`;

const parseIndex = integer(0, 15);

interface Entry extends Key {
  readonly at: Word;
}

/**
 * Read authkeys (spec wire.md 6.4). No message ever shows a word that may be a key, for messages end up in logs.
 * @returns the keys; undefined where no entry can sign
 */
export function readAuthkeys(file: string, text: string, findings: Findings): Keyring | undefined {
  let auth: Word | undefined;
  const entries = new Map<number, Entry>();
  for (const line of readLines(file, text, findings)) {
    const words = splitWords(line.text, PLAIN_WORD, placesOf(line));
    const [first, ...others] = words;
    if (!first || first.text.startsWith('#')) continue;
    if (first.text.startsWith('a')) {
      if (auth)
        findings.error(
          first,
          `line ${auth.line} has an auth line already: one key signs, so delete one of the two`,
        );
      else auth = readAuth(first, others, findings);
    } else {
      const entry = readEntry(line, words, findings);
      const earlier = entry && entries.get(entry.index);
      if (earlier)
        findings.error(
          entry.at,
          `key ${entry.index} is in line ${earlier.at.line} already: number this one otherwise`,
        );
      else if (entry) entries.set(entry.index, entry);
    }
  }
  remark(entries, findings);
  return select(file, auth, entries, findings);
}

/** `auth N`; returns the word N, whose place is that of what is wrong with it. */
function readAuth(auth: Word, [number, more]: readonly Word[], findings: Findings): Word {
  if (auth.text !== 'auth') {
    findings.warning(auth, `"${auth.text}" is read as "auth", as every word with "a" is: write "auth"`);
  }
  if (more) {
    findings.warning(
      more,
      'the rest of the line is ignored: one key signs, and comments need a line of their own',
    );
  }
  if (number && !(parseIndex(number.text) instanceof Problem)) return number;
  findings.error(
    number ?? auth,
    'auth needs the number of the key that signs, 0 to 15: write for example "auth 1"',
  );
  return { ...(number ?? auth), text: '' };
}

function readEntry(
  line: SourceLine,
  [number, method, secret, ...rest]: readonly Word[],
  findings: Findings,
): Entry | undefined {
  if (!number) return undefined;
  const index = parseIndex(number.text);
  if (index instanceof Problem) {
    findings.error(number, 'a key line begins with a number from 0 to 15: write for example "1 sha1 SECRET"');
    return undefined;
  }
  const known = METHODS.find((m) => m === method?.text);
  if (!method || !known) {
    const close = method && suggest(method.text, METHODS);
    const hint = close === undefined ? '' : `; did you mean ${close}?`;
    findings.error(
      method ?? number,
      `key ${index} needs a method behind its number: write ${anyOf(METHODS)}, as in "${index} sha1 SECRET"${hint}`,
    );
    return undefined;
  }
  if (known === 'crc') {
    if (!secret) return { index, method: known, at: number };
    findings.error(
      secret,
      `crc takes no key: write "${index} crc", or "${index} sha1 SECRET" to be safe from forgery`,
    );
    return undefined;
  }
  if (!secret) {
    findings.error(method, `${known} needs a key: write "${index} ${known} SECRET"`);
    return undefined;
  }
  if (rest[0]) {
    findings.warning(
      rest[0],
      'the rest of the line is ignored: a key is one word, and comments need a line of their own',
    );
  }
  if (withoutQuotes(secret.text) !== undefined) {
    findings.warning(
      secret,
      `${QUOTES}: the key has them, too; leave them out on both nodes if it should not`,
    );
  }
  if (line.text.includes('\ufffd')) {
    findings.error(secret, 'this key is not UTF-8 text: write one of plain letters and digits');
    return undefined;
  }
  return { index, method: known, secret: secret.text, at: number };
}

function remark(entries: ReadonlyMap<number, Entry>, findings: Findings): void {
  for (const { index, method, at } of entries.values()) {
    if (method === 'crc') {
      findings.warning(
        at,
        'crc is no authentication at all: whoever reaches the cable can forge heartbeats and stop the cluster; ' +
          `write "${index} sha1 SECRET" on both nodes, unless every medium is a cable of its own`,
      );
    } else if (method === 'sha256') {
      findings.info(at, 'sha256 is for two nodes of Twinbeat: Heartbeat knows crc, md5 and sha1 only');
    }
  }
}

function select(
  file: string,
  auth: Word | undefined,
  entries: ReadonlyMap<number, Entry>,
  findings: Findings,
): Keyring | undefined {
  const [first] = entries.values();
  if (!auth) {
    const place = first?.at ?? wholeFile(file);
    const mend = first ? `write "auth ${first.index}" above this line` : `write ${EXAMPLE}`;
    findings.error(place, `no auth directive says which key signs: ${mend}`);
    return undefined;
  }
  if (auth.text === '') return undefined;
  const signing = entries.get(Number(auth.text));
  if (!signing) {
    const defined = [...entries.keys()];
    const mend = defined.length > 0 ? `"auth ${anyOf(defined)}", or ` : '';
    findings.error(
      auth,
      `auth ${auth.text}: there is no good key ${auth.text}: write ${mend}"${auth.text} sha1 SECRET" below`,
    );
    return undefined;
  }
  if (signing.at.line < auth.line) {
    findings.error(
      auth,
      `auth ${auth.text} must stand above the key that it selects: move it above line ${signing.at.line}`,
    );
  }
  const keys = new Map([...entries].map(([index, entry]) => [index, keyOf(entry)]));
  return { signing: keyOf(signing), keys };
}

function keyOf({ at: _, ...key }: Entry): Key {
  return key;
}
