import { type Directive, parseWord, refuse } from './directive.ts';
import type { Reading } from './draft.ts';
import { takeInterface } from './interfaces.ts';
import { takeMulticast } from './multicast.ts';
import type { Word } from './source.ts';
import { takeUnicast } from './unicast.ts';
import { parseAbsolutePath } from './values.ts';

/** Ports named in one message at most; some machines have dozens that lead nowhere. */
const PORTS_SHOWN = 8;
/** The names of ports that come and go with their adapter. */
const pluggable = /^\/dev\/(serial\/by-(id|path)\/[^/]+|tty(USB|ACM)\d+)$/;

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
  {
    name: 'ucast',
    usage: 'INTERFACE ADDRESS',
    form: 'line',
    repeat: 'many',
    take: takeUnicast('ucast'),
  },
  {
    name: 'ucast6',
    usage: 'INTERFACE ADDRESS',
    form: 'line',
    repeat: 'many',
    take: takeUnicast('ucast6'),
  },
  {
    name: 'mcast',
    usage: 'INTERFACE GROUP PORT TTL LOOP',
    form: 'line',
    repeat: 'many',
    take: takeMulticast('mcast'),
  },
  {
    name: 'mcast6',
    usage: 'INTERFACE GROUP PORT HOPS LOOP',
    form: 'line',
    repeat: 'many',
    take: takeMulticast('mcast6'),
  },
];

function takeSerial(word: Word, _rest: readonly Word[], reading: Reading): void {
  const path = parseWord('serial', word, parseAbsolutePath, reading);
  if (path === undefined) return;
  const { draft, probe } = reading;
  if (!probe.exists(path) && pluggable.test(path)) {
    const ports = portsFound(probe.serialPorts());
    reading.findings.warning(
      word,
      `serial: there is no ${path} now: its link is down until the adapter is plugged in; ${ports}`,
    );
    draft.media.push({ kind: 'serial', path, at: word });
  } else if (!probe.exists(path)) {
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
