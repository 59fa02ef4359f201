import { apiauthDirective } from './apiauth.ts';
import { type Directive, parseWord, setting } from './directive.ts';
import type { Reading, Setting } from './draft.ts';
import { envDirective } from './env.ts';
import { respawnDirectives } from './respawn.ts';
import { parseTime } from './time.ts';
import {
  choice,
  integer,
  type Parse,
  Problem,
  parseAbsolutePath,
  parseBoolean,
  parseIPv4,
  parseText,
} from './values.ts';

/** What is said about a directive that is understood but changes nothing here. */
interface Remark {
  /** info: a pair misses nothing. warning: Heartbeat would do something that this version does not. */
  readonly severity: 'error' | 'warning' | 'info';
  readonly text: string;
}

const harmless = (text: string): Remark => ({ severity: 'info', text });
const missing = (text: string): Remark => ({ severity: 'warning', text });

/** A directive that is checked like any other, and then only remarked upon. */
function accepted<T>(
  name: string,
  usage: string,
  parse: Parse<T>,
  remark: (value: T) => Remark,
  repeat: Directive['repeat'] = 'last',
): Directive {
  return {
    name,
    usage,
    form: 'each',
    repeat,
    take(word, _rest, reading) {
      const value = parseWord(name, word, parse, reading);
      if (value === undefined) return;
      const { severity, text } = remark(value);
      reading.findings.add(severity, word, `${name}: ${text}`);
    },
  };
}

const flag = (name: string, on: Remark, off: Remark = on): Directive =>
  accepted(name, 'on|off', parseBoolean, (value) => (value ? on : off));

const count = (name: string, unit: string, max: number, remark: Remark): Directive =>
  accepted(name, unit, integer(1, max), () => remark);

const NO_RESOURCE_MANAGER = harmless('it belongs to the CRM, which a pair does not have');
const NO_CORE_DUMPS = harmless('where and whether the agent dumps core is left to the system');
const NO_COMPRESSION = harmless('messages of a pair are far too short to be compressed');

const parseCrm: Parse<boolean> = (text) => {
  const value = parseBoolean(text);
  return value instanceof Problem ? /^[a-z]+$/i.test(text) || value : value;
};

const parseHost: Parse<string> = (text) => (/^[\d.]+$/.test(text) ? parseIPv4(text) : text);

function remarkCrm({ value, at }: Setting<boolean>, { findings }: Reading): void {
  if (value) {
    findings.warning(
      at,
      'with this, services are to be monitored and haresources is ignored, as Heartbeat does; this version does not ' +
        'monitor yet, so nothing is run: write "crm off" to have what haresources says',
    );
  } else {
    findings.info(at, 'off is what the agent does in any case');
  }
}

/** The directives of spec config.md 2 that are read and checked, and have no effect. */
export const acceptedDirectives: readonly Directive[] = [
  ...respawnDirectives,
  apiauthDirective,
  envDirective,
  setting('crm', 'on|off|respawn', parseCrm, 'once', remarkCrm),
  setting('pacemaker', 'on|off|respawn', parseCrm, 'once', remarkCrm),
  accepted('crm_daemon_dir', 'PATH', parseAbsolutePath, () => NO_RESOURCE_MANAGER),
  flag('crmd_spawns_pengine', NO_RESOURCE_MANAGER),
  flag('record_config_changes', NO_RESOURCE_MANAGER),
  flag('record_pengine_inputs', NO_RESOURCE_MANAGER),
  flag('enable_config_writes', NO_RESOURCE_MANAGER),
  flag(
    'use_logd',
    missing('there is no log daemon: use logfile, debugfile or logfacility'),
    harmless('there is no log daemon in any case'),
  ),
  accepted('conn_logd_time', 'TIME', parseTime, () => harmless('there is no log daemon to connect to')),
  flag(
    'log_badpack',
    harmless('bad packets are counted in `twinbeat status` and logged at a bounded rate'),
    missing('bad packets are logged all the same, at a bounded rate'),
  ),
  count('memreserve', 'KIB', 2 ** 31, harmless('the agent has no use for a memory reserve')),
  flag('coredumps', NO_CORE_DUMPS),
  accepted('coreroot', 'PATH', parseAbsolutePath, () => NO_CORE_DUMPS),
  accepted('hbgenmethod', 'file|time', choice('file', 'time'), (method) =>
    method === 'file'
      ? harmless('the generation is kept in the state directory in any case')
      : harmless(
          'the generation is kept in the state directory, and taken from the clock where there is none',
        ),
  ),
  accepted('uuidfrom', 'file|nodename', choice('file', 'nodename'), (from) =>
    from === 'file'
      ? harmless('the uuid is kept in the state directory in any case')
      : harmless(
          'the uuid is kept in the state directory; a box that lost it is taken back under its new one',
        ),
  ),
  accepted('autojoin', 'none|other|any', choice('none', 'other', 'any'), (who) =>
    who === 'none'
      ? harmless('nobody joins a pair in any case')
      : {
          severity: 'error',
          text: `"${who}" cannot go with haresources: write "autojoin none", and both nodes in node`,
        },
  ),
  accepted('compression', 'zlib|bz2', choice('zlib', 'bz2'), () => NO_COMPRESSION),
  count('compression_threshold', 'KIB', 2 ** 31, NO_COMPRESSION),
  flag('traditional_compression', NO_COMPRESSION),
  accepted('cluster', 'NAME', parseText, () =>
    harmless('a pair is told from others by its nodes and its keys'),
  ),
  accepted('quorum_server', 'HOST', parseHost, () =>
    harmless('a pair asks its ping nodes instead: write "ping ADDRESS"'),
  ),
  flag('use_apphbd', harmless('the agent is watched by the watchdog instead')),
  flag('normalpoll', harmless('how the agent waits for input is not configurable')),
];
