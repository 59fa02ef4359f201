import { hostAddress } from './databases.ts';
import { parseWord, refuse } from './directive.ts';
import type { Reading } from './draft.ts';
import type { Word } from './source.ts';
import { type Parse, Problem, parseIPv4, parseIPv6 } from './values.ts';

/** The IPv4 address of a host that is named by address or by a name of /etc/hosts; undefined where that was refused. */
export function takeHost(name: string, word: Word, reading: Reading): string | undefined {
  if (/^[\d.]+$/.test(word.text)) return parseWord(name, word, parseIPv4, reading);
  if (word.text.includes(':')) {
    const mend = name === 'ping_group' ? 'write IPv4 addresses, or a line "ping6 ADDRESS"' : `write ${name}6`;
    refuse(name, word, `${name} "${word.text}": ${name} is for IPv4: ${mend}`, reading);
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

/** The IPv6 address of one host of the network, as RFC 5952 writes it. Heartbeat takes no names here. */
export const parseHost6: Parse<string> = (text) => {
  const scope = /%.*$/.exec(text)?.[0];
  if (scope !== undefined) return new Problem(`write the address without "${scope}"`);
  const address = parseIPv6(text);
  if (address instanceof Problem) return address;
  const mapped = /^::ffff:([\d.]+)$/.exec(address)?.[1];
  if (mapped !== undefined) return new Problem(`that is the IPv4 address ${mapped}: write an IPv6 address`);
  return /^(::1?$|ff)/.test(address)
    ? new Problem('that is no address of one host of the network: write one as in fd00::2')
    : address;
};

/** The same where the interface is known: it may be written behind a `%`, too. */
export function parseHost6On(device: string): Parse<string> {
  return (text) => parseHost6(text.endsWith(`%${device}`) ? text.slice(0, -device.length - 1) : text);
}
