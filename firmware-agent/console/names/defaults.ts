/** A directive of ha.cf that has a value although nobody wrote it, as `heartbeat -D` lists them. */
export interface Default {
  readonly name: string;
  readonly value: string;
  readonly description: string;
}

const table: readonly (readonly [name: string, value: string, description: string])[] = [
  ['cluster', 'linux-ha', 'the name of cluster'],
  ['hopfudge', '1', '# of hops above cluster size'],
  ['keepalive', '1000ms', 'keepalive time'],
  ['deadtime', '30000ms', 'node deadtime'],
  ['baud', '19200', 'baud rate'],
  ['auto_failback', 'legacy', 'auto failback'],
  ['hbgenmethod', 'file', 'protocol generation computation method'],
  ['realtime', 'true', 'enable realtime behavior?'],
  ['msgfmt', 'classic', 'message format in the wire'],
  ['conn_logd_time', '60', 'the interval to reconnect to logd'],
  ['log_badpack', 'true', 'warn about bad packets'],
  ['syslogmsgfmt', 'true', 'log to files in syslog format'],
  ['coredumps', 'true', 'enable Linux-HA core dumps'],
  ['pacemaker', 'false', 'enable Pacemaker resource management'],
  ['autojoin', 'none', 'set automatic join mode/style'],
  ['uuidfrom', 'file', 'set the source for uuid'],
  ['compression', 'zlib', 'set compression module'],
  ['compression_threshold', '2', 'set compression threshold'],
  ['traditional_compression', 'no', 'set traditional_compression'],
  ['max_rexmit_delay', '250', 'set the maximum rexmit delay time'],
  ['record_config_changes', 'on', 'record changes to the cib (valid only with: pacemaker on)'],
  [
    'record_pengine_inputs',
    'on',
    'record the input used by the policy engine (valid only with: pacemaker on)',
  ],
  ['enable_config_writes', 'on', 'write configuration changes to disk (valid only with: pacemaker on)'],
  ['memreserve', '6500', 'number of kbytes to preallocate in heartbeat'],
];

export const defaults: readonly Default[] = table.map(([name, value, description]) => ({
  name,
  value,
  description,
}));

/** What `heartbeat -D` prints. */
export function defaultsTable(): string[] {
  const row = (name: string, value: string, description: string) =>
    `${name.padEnd(24)} ${value.padEnd(9)} ${description}`;
  return [
    row('Directive', 'Default', 'Description'),
    '-'.repeat(80),
    ...defaults.map(({ name, value, description }) => row(name, value, description)),
  ];
}

/** What `heartbeat -DW` prints: the same for a wiki. */
export function defaultsWiki(version: string): string[] {
  return [
    '##Put this output in the ha.cf/DefaultValues page',
    'The [wiki:ha.cf ha.cf] directives with default values are shown below - along with a brief description.',
    `This was produced by {{{heartbeat -DW}}} ''# (version ${version})''`,
    '',
    "||''Directive''||''Default''||''Description''||",
    ...defaults.map(
      ({ name, value, description }) => `||[wiki:ha.cf/${pageOf(name)} ${name}]||${value}||${description}||`,
    ),
  ];
}

function pageOf(name: string): string {
  const words = name.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Directive`;
}
