/** A command as an operator types it: one of Heartbeat's names, and the words behind it. */
export type Question = readonly [name: CommandName, ...words: string[]];

export const COMMAND_NAMES = ['heartbeat', 'cl_status', 'hb_standby', 'hb_takeover'] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** What a pair is in when it is asked, in the order in which it gets there. */
export const STATES = ['stopped', 'own', 'broken', 'none', 'all', 'dead', 'lone', 'misconfigured'] as const;
export type StateName = (typeof STATES)[number];

/** The serial port of nodea, whatever it is called this time. */
export const SERIAL = 'SERIAL';

const ask = (...lines: readonly string[]): Question[] =>
  lines.map((line) => line.split(' ').filter((word) => word !== '') as unknown as Question);

const parameters = (...names: readonly string[]): Question[] =>
  names.map((name) => ['cl_status', 'hbparameter', '-p', name]);

const PARAMETERS = parameters(
  ...[
    'apiauth',
    'auto_failback',
    'autojoin',
    'baud',
    'bcast',
    'cluster',
    'compression',
    'compression_threshold',
  ],
  ...['conn_logd_time', 'coredumps', 'coreroot', 'crm', 'deadping', 'deadtime', 'debug', 'debugfile', 'env'],
  ...[
    'hbgenmethod',
    'hbversion',
    'hopfudge',
    'initdead',
    'keepalive',
    'log_badpack',
    'logfacility',
    'logfile',
  ],
  ...['max_rexmit_delay', 'memreserve', 'msgfmt', 'nice_failback', 'no-such-thing', 'node', 'normalpoll'],
  ...['pacemaker', 'ping', 'ping_group', 'realtime', 'record_config_changes', 'respawn', 'rtprio', 'serial'],
  ...['stonith', 'syslogmsgfmt', 'traditional_compression', 'ucast', 'udpport', 'use_logd', 'uuidfrom'],
  ...['warntime', 'watchdog'],
);

const USAGE = ask(
  'heartbeat -V',
  'heartbeat -D',
  'heartbeat -DW',
  'heartbeat -z',
  'heartbeat -C',
  'heartbeat -C local',
  'heartbeat -s -k -V',
  'cl_status',
  'cl_status -h',
  'cl_status help',
  'cl_status -v',
  'cl_status -m nodestatus nodea',
  'cl_status parameter -p deadtime',
  ...['hb_standby', 'hb_takeover'].flatMap((name) => [
    `${name} --help`,
    `${name} -h`,
    `${name} everything`,
    `${name} all local`,
    `${name} x y`,
  ]),
);

/** What changes with the state. */
const STATE = ask(
  'cl_status hbstatus',
  'cl_status hbstatus -v',
  'cl_status listnodes -v',
  'cl_status nodestatus nodea',
  'cl_status nodestatus nodeb',
  'cl_status nodestatus -m nodeb',
  'cl_status listhblinks -v nodeb',
  'cl_status hblinkstatus nodeb x0',
  'cl_status hblinkstatus -m nodeb x0',
  'cl_status rscstatus',
  'cl_status rscstatus -m',
  'heartbeat -s',
);

/** Every sub-command of cl_status, right and wrong. */
const WORDS = ask(
  'hbstatus -m',
  'hbstatus -p',
  'hbstatus x',
  'listnodes',
  'listnodes -p',
  'listnodes -n',
  'listnodes -m',
  'listnodes -n -m',
  'listnodes -pm',
  'listnodes -p -n',
  'listnodes x',
  'nodestatus',
  'nodestatus nodeb -m',
  'nodestatus NODEB',
  'nodestatus 10.78.0.1',
  'nodestatus gate',
  'nodestatus nobody',
  'nodestatus nodea nodeb',
  'nodestatus -z nodea',
  'nodestatus -h',
  'nodetype',
  'nodetype nodea',
  'nodetype -m nodeb',
  'nodetype 10.78.0.1',
  'nodetype gate',
  'nodetype nobody',
  'nodeweight',
  'nodeweight nodea',
  'nodeweight -m nodea',
  'nodeweight 10.78.0.1',
  'nodeweight nobody',
  'nodesite',
  'nodesite nodea',
  'nodesite -m nodeb',
  'nodesite nobody',
  'listhblinks',
  'listhblinks nodea',
  'listhblinks nodeb',
  'listhblinks -v nodea',
  'listhblinks -m nodeb',
  'listhblinks -v -m nodeb',
  'listhblinks 10.78.0.1',
  'listhblinks gate -v',
  'listhblinks nobody',
  'hblinkstatus',
  'hblinkstatus nodeb',
  `hblinkstatus nodeb ${SERIAL}`,
  'hblinkstatus nodea x0',
  'hblinkstatus nodeb nolink',
  'hblinkstatus nobody x0',
  'hblinkstatus gate gate',
  'hblinkstatus -z nodeb x0',
  'clientstatus',
  'clientstatus nodea',
  'clientstatus nodea nothing',
  // Whether a living peer answers in time for the real one is chance: it is not asked.
  'clientstatus -m nodea nothing',
  'clientstatus nobody nothing',
  'clientstatus gate nothing',
  'rscstatus x',
  'rscstatus -z',
  'hbparameter',
  'hbparameter deadtime',
  'hbparameter -p',
  'hbparameter -m -p deadtime',
  'hbparameter -m -p no-such-thing',
  'hbparameter -z',
).map((words): Question => ['cl_status', ...(words as unknown as string[])]);

/** What nodea is asked in each state. */
export const QUESTIONS: Readonly<Record<StateName, readonly Question[]>> = {
  stopped: [
    ...USAGE,
    ...STATE,
    ...ask(
      'heartbeat -k',
      'cl_status nodestatus',
      'cl_status nodestatus -z',
      'cl_status hbparameter',
      'cl_status hbstatus -m',
    ),
  ],
  own: [
    ...STATE,
    ...WORDS,
    ...PARAMETERS,
    ...ask(
      'heartbeat',
      'heartbeat -f',
      'heartbeat -r',
      'heartbeat -R',
      'heartbeat -l -s',
      'heartbeat -ss',
      'heartbeat -s x',
    ),
  ],
  broken: ask(
    'heartbeat',
    'heartbeat -f',
    'heartbeat -r',
    'heartbeat -s',
    'cl_status hbparameter -p deadtime',
  ),
  none: STATE,
  all: STATE,
  dead: [...STATE, ...ask('cl_status clientstatus nodeb nothing', 'cl_status nodestatus gate')],
  lone: [...STATE, ...PARAMETERS],
  misconfigured: ask('heartbeat', 'heartbeat -f', 'heartbeat -r', 'heartbeat -s', 'heartbeat -k'),
};
