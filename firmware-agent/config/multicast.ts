import { isIPv4 } from 'node:net';
import { type Directive, parseWord, refuse, refuseExtra } from './directive.ts';
import { takeInterface } from './interfaces.ts';
import { integer, type Parse, Problem, parseIPv6 } from './values.ts';

const parseGroup: Parse<string> = (text) =>
  isIPv4(text) && /^2(2[4-9]|3\d)\./.test(text)
    ? text
    : new Problem('write a multicast group, 224.0.0.0 to 239.255.255.255, as in 239.0.0.1');

/** The last of the first four digits is the scope; of 0 and 1 nothing ever leaves the box. */
const parseGroup6: Parse<string> = (text) => {
  const group = parseIPv6(text);
  return typeof group === 'string' && /^ff[\da-f][2-9a-f]:/.test(group)
    ? group
    : new Problem('write a multicast group of IPv6, as in ff02::694, or ff05::694 beyond a router');
};

/** What differs between the versions of IP. */
const versions = {
  mcast: { parse: parseGroup, reach: 'TTL', sample: '239.0.0.1' },
  mcast6: { parse: parseGroup6, reach: 'HOPS', sample: 'ff02::694' },
} as const;

/** `mcast`, or `mcast6` over IPv6: a cable with a group and a port of its own. */
export function takeMulticast(kind: 'mcast' | 'mcast6'): Directive['take'] {
  const { parse, reach, sample } = versions[kind];
  return (word, rest, reading) => {
    const device = takeInterface(kind, word, reading);
    const [groupWord, portWord, ttlWord, loopWord, ...extra] = rest;
    if (!groupWord || !portWord || !ttlWord || !loopWord) {
      const example = `"${kind} ${word.text} ${sample} 694 1 0"`;
      refuse(
        kind,
        word,
        `${kind} needs INTERFACE GROUP PORT ${reach} LOOP: write for example ${example}`,
        reading,
      );
      return;
    }
    refuseExtra(kind, extra, 'five values', reading);
    const group = parseWord(kind, groupWord, parse, reading, `${kind} group`);
    const port = parseWord(kind, portWord, integer(1, 65535), reading, `${kind} port`);
    const ttl = parseWord(kind, ttlWord, integer(0, 4), reading, `${kind} ${reach}`);
    const loop = parseWord(kind, loopWord, integer(0, 1), reading, `${kind} LOOP`);
    if (
      device !== undefined &&
      group !== undefined &&
      port !== undefined &&
      ttl !== undefined &&
      loop !== undefined
    ) {
      reading.draft.media.push({ kind, device, group, port, ttl, loop: loop === 1, at: word });
    }
  };
}
