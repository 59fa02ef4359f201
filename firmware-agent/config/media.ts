import { isIPv4 } from 'node:net';
import { type Directive, parseWord, refuse, refuseExtra } from './directive.ts';
import type { Reading } from './draft.ts';
import { takeHost } from './hosts.ts';
import type { Word } from './source.ts';
import { integer, type Parse, Problem, parseAbsolutePath } from './values.ts';

/** Ports named in one message at most; some machines have dozens that lead nowhere. */
const PORTS_SHOWN = 8;

/** The directives that name a cable (spec wire.md 9). */
export const mediaDirectives: readonly Directive[] = [
  { name: 'serial', usage: 'PATH', form: 'each', repeat: 'many', take: takeSerial },
  { name: 'bcast', usage: 'INTERFACE', form: 'each', repeat: 'many', take: takeBroadcast },
  {
    name: 'udp',
    usage: 'INTERFACE',
    form: 'each',
    repeat: 'many',
    take(word, rest, reading) {
      reading.findings.warning(word, `udp is the old name of bcast: write "bcast ${word.text}"`);
      takeBroadcast(word, rest, reading);
    },
  },
  { name: 'ucast', usage: 'INTERFACE ADDRESS', form: 'line', repeat: 'many', take: takeUnicast },
  {
    name: 'mcast',
    usage: 'INTERFACE GROUP PORT TTL LOOP',
    form: 'line',
    repeat: 'many',
    take: takeMulticast,
  },
];

function takeSerial(word: Word, _rest: readonly Word[], reading: Reading): void {
  const path = parseWord('serial', word, parseAbsolutePath, reading);
  if (path === undefined) return;
  const { draft, probe } = reading;
  if (!probe.exists(path)) {
    const ports = portsFound(probe.serialPorts());
    refuse('serial', word, `serial: there is no ${path} on this machine; ${ports}`, reading);
  } else if (!probe.isCharacterDevice(path)) {
    const ports = portsFound(probe.serialPorts());
    refuse(
      'serial',
      word,
      `serial: ${path} is not a character device, so not a serial port; ${ports}`,
      reading,
    );
  } else {
    draft.media.push({ kind: 'serial', path, at: word });
  }
}

function portsFound(ports: readonly string[]): string {
  if (ports.length === 0) return 'no serial port was found: connect one or load its driver';
  const more = ports.length > PORTS_SHOWN ? ` and ${ports.length - PORTS_SHOWN} more` : '';
  return `the ports found are ${ports.slice(0, PORTS_SHOWN).join(', ')}${more}`;
}

function takeBroadcast(word: Word, _rest: readonly Word[], reading: Reading): void {
  const device = takeInterface('bcast', word, reading);
  if (device !== undefined) reading.draft.media.push({ kind: 'bcast', device, at: word });
}

function takeUnicast(word: Word, rest: readonly Word[], reading: Reading): void {
  const { draft, probe, findings } = reading;
  const device = takeInterface('ucast', word, reading);
  const [host, ...extra] = rest;
  if (!host) {
    const mend = `write "ucast ${word.text} ADDRESS" with the other node's address`;
    refuse('ucast', word, `ucast has no address: ${mend}`, reading);
    return;
  }
  refuseExtra('ucast', extra, 'one interface and one address', reading);
  const address = takeHost('ucast', host, reading);
  if (device === undefined || address === undefined) return;
  // One ha.cf for both nodes names both addresses. A node that talks to itself would show a dead cable for ever.
  if (probe.addresses().includes(address)) {
    findings.info(
      host,
      `ucast: ${address} is this machine's own address: this line is for the other node, not used here`,
    );
    return;
  }
  draft.media.push({ kind: 'ucast', device, address, at: word });
}

const parseGroup: Parse<string> = (text) =>
  isIPv4(text) && /^2(2[4-9]|3\d)\./.test(text)
    ? text
    : new Problem('write a multicast group, 224.0.0.0 to 239.255.255.255, as in 239.0.0.1');

function takeMulticast(word: Word, rest: readonly Word[], reading: Reading): void {
  const device = takeInterface('mcast', word, reading);
  const [groupWord, portWord, ttlWord, loopWord, ...extra] = rest;
  if (!groupWord || !portWord || !ttlWord || !loopWord) {
    const example = `"mcast ${word.text} 239.0.0.1 694 1 0"`;
    refuse('mcast', word, `mcast needs INTERFACE GROUP PORT TTL LOOP: write for example ${example}`, reading);
    return;
  }
  refuseExtra('mcast', extra, 'five values', reading);
  const group = parseWord('mcast', groupWord, parseGroup, reading, 'mcast group');
  const port = parseWord('mcast', portWord, integer(1, 65535), reading, 'mcast port');
  const ttl = parseWord('mcast', ttlWord, integer(0, 4), reading, 'mcast TTL');
  const loop = parseWord('mcast', loopWord, integer(0, 1), reading, 'mcast LOOP');
  if (
    device !== undefined &&
    group !== undefined &&
    port !== undefined &&
    ttl !== undefined &&
    loop !== undefined
  ) {
    reading.draft.media.push({ kind: 'mcast', device, group, port, ttl, loop: loop === 1, at: word });
  }
}

/** An interface that is missing now may be plugged in later, so it is worth a warning and not a refusal. */
function takeInterface(name: string, word: Word, reading: Reading): string | undefined {
  const device = parseWord(name, word, parseInterface, reading);
  if (device === undefined) return undefined;
  const known = reading.probe.interfaces();
  if (!known.includes(device)) {
    const others = known.filter((n) => n !== 'lo');
    const here = others.length > 0 ? ` (here: ${others.slice(0, PORTS_SHOWN).join(', ')})` : '';
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
