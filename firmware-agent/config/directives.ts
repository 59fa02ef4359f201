import { acceptedDirectives } from './accepted.ts';
import { type Directive, parseWord, setting } from './directive.ts';
import type { Reading, Setting } from './draft.ts';
import { logFileDirectives } from './log-files.ts';
import { mediaDirectives } from './media.ts';
import { pingDirectives } from './pings.ts';
import { stonithDirectives } from './stonith.ts';
import { parsePositiveTime, parseTime } from './time.ts';
import {
  choice,
  integer,
  type Parse,
  Problem,
  parseAbsolutePath,
  parseBaud,
  parseBoolean,
} from './values.ts';

const FACILITIES = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'authpriv', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'ftp'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
];

const parseNode: Parse<string> = (text) =>
  /^[\w.-]+$/.test(text) ? text.toLowerCase() : new Problem('write the name as `uname -n` prints it');

const parseFailback: Parse<boolean | 'legacy'> = (text) => {
  if (text.toLowerCase() === 'legacy') return 'legacy';
  return parseBoolean(text) instanceof Problem
    ? new Problem('write on (resources go home when their node is back) or off (they stay)')
    : parseBoolean(text);
};

const node: Directive = {
  name: 'node',
  usage: 'NAME...',
  form: 'each',
  repeat: 'many',
  take(word, _rest, reading) {
    const name = parseWord('node', word, parseNode, reading);
    if (name === undefined) return;
    const { nodes } = reading.draft;
    const earlier = nodes.find(({ value }) => value === name);
    if (earlier) {
      reading.findings.warning(
        word,
        `node ${name} is named by line ${earlier.at.line} already: delete this one`,
      );
    } else {
      nodes.push({ value: name, at: word });
    }
  },
};

function remarkNiceFailback({ value, at }: Setting<boolean>, { findings }: Reading): void {
  const meant = value ? 'off' : 'legacy';
  findings.warning(at, `nice_failback is obsolete: write "auto_failback ${meant}", as which it is taken`);
}

/** A missing watchdog must not keep a pair from working, but nobody should believe that it guards. */
function remarkWatchdog({ value, at }: Setting<string>, { probe, findings }: Reading): void {
  if (probe.isCharacterDevice(value)) return;
  if (probe.exists(value)) {
    findings.error(
      at,
      `watchdog ${value} is not a device, and would be overwritten: write "watchdog /dev/watchdog"`,
    );
    return;
  }
  findings.warning(
    at,
    `watchdog: there is no ${value} now: until its driver is loaded (without hardware: "modprobe softdog") ` +
      'nothing resets this machine when it hangs',
  );
}

/** The directives that this version does what they say. */
const honoured: readonly Directive[] = [
  node,
  setting('keepalive', 'TIME', parsePositiveTime),
  setting('deadtime', 'TIME', parsePositiveTime),
  setting('warntime', 'TIME', parsePositiveTime),
  setting('initdead', 'TIME', parseTime),
  setting('deadping', 'TIME', parsePositiveTime),
  setting('auto_failback', 'on|off', parseFailback),
  setting('nice_failback', 'on|off', parseBoolean, 'last', remarkNiceFailback),
  setting('udpport', 'PORT', integer(1, 65535)),
  setting('baud', 'RATE', parseBaud, 'once'),
  setting('hopfudge', '0..255', integer(0, 255)),
  setting('max_rexmit_delay', 'MILLISECONDS', integer(1, 60_000)),
  setting('msgfmt', 'classic|netstring', choice('classic', 'netstring')),
  setting('watchdog', 'DEVICE', parseAbsolutePath, 'once', remarkWatchdog),
  setting('realtime', 'on|off', parseBoolean),
  setting('rtprio', '1..99', integer(1, 99)),
  ...logFileDirectives,
  setting('logfacility', 'FACILITY|none', choice('none', ...FACILITIES)),
  setting('debug', '0..255', integer(0, 255)),
  setting('syslogmsgfmt', 'on|off', parseBoolean),
];

/** Every directive of spec config.md 2 by its name. */
export const directives: ReadonlyMap<string, Directive> = new Map(
  [...honoured, ...mediaDirectives, ...pingDirectives, ...stonithDirectives, ...acceptedDirectives].map(
    (d) => [d.name, d],
  ),
);
