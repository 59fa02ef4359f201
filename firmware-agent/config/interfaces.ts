import { parseWord } from './directive.ts';
import type { Reading } from './draft.ts';
import type { Word } from './source.ts';
import { type Parse, Problem } from './values.ts';

/** Interfaces named in one message at most. */
const NAMES_SHOWN = 8;

/** An interface that is missing now may be plugged in later, so it is worth a warning and not a refusal. */
export function takeInterface(name: string, word: Word, reading: Reading): string | undefined {
  const device = parseWord(name, word, parseInterface, reading);
  if (device === undefined) return undefined;
  const known = reading.probe.interfaces();
  if (!known.includes(device)) {
    const others = known.filter((n) => n !== 'lo');
    const here = others.length > 0 ? ` (here: ${others.slice(0, NAMES_SHOWN).join(', ')})` : '';
    reading.findings.warning(
      word,
      `${name}: this machine has no interface ${device} now${here}: the link stays down until it appears`,
    );
  }
  return device;
}

/** An interface's name. Linux allows 15 bytes; a name with a colon is an address's label, which sockets cannot use. */
export const parseInterface: Parse<string> = (text) => {
  if (text.includes(':')) {
    return new Problem(`that is the label of an address; write the interface, ${text.split(':', 1)}`);
  }
  return /^[\w.@-]{1,15}$/.test(text)
    ? text
    : new Problem('write the name of an interface, as in eth1 (`ip link` shows them)');
};
