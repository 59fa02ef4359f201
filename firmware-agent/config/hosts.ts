import { hostAddress } from './databases.ts';
import { parseWord, refuse } from './directive.ts';
import type { Reading } from './draft.ts';
import type { Word } from './source.ts';
import { parseIPv4 } from './values.ts';

/** The IPv4 address of a host that is named by address or by a name of /etc/hosts; undefined where that was refused. */
export function takeHost(name: string, word: Word, reading: Reading): string | undefined {
  if (/^[\d.]+$/.test(word.text)) return parseWord(name, word, parseIPv4, reading);
  if (word.text.includes(':')) {
    refuse(name, word, `${name} "${word.text}": IPv6 is not spoken here: write an IPv4 address`, reading);
    return undefined;
  }
  const address = hostAddress(word.text, reading.probe);
  if (address === undefined) {
    refuse(
      name,
      word,
      `${name}: /etc/hosts does not know "${word.text}", and a heartbeat cannot wait for a name server: ` +
        `write the IPv4 address, or add a line "ADDRESS ${word.text}" to /etc/hosts`,
      reading,
    );
  }
  return address;
}
