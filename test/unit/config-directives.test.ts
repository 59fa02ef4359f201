import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import type { Verdict } from '../../firmware-agent/config/config.ts';
import { type DirectiveFile, grammars } from '../../firmware-agent/config/grammars.ts';
import { GOOD_CF, load, said, valid } from './support/fake-probe.ts';

/** One line of the tables in test/configs/directives. */
interface Row {
  readonly lines: string;
  readonly expected: readonly string[];
}

/** A file made of directives, with the tables of its lines. */
interface Subject {
  readonly file: DirectiveFile;
  readonly right: readonly Row[];
  readonly remarked: readonly Row[];
  readonly wrong: readonly Row[];
  /** Directives whose right line is in another test. */
  readonly rightElsewhere: readonly string[];
  /** Directives that take any text at all. */
  readonly anything: readonly string[];
  readonly load: (lines: string) => Verdict;
}

const subjects: readonly Subject[] = [
  {
    file: 'ha.cf',
    ...readTables(''),
    // crm on, and what it does to haresources, is in config-files.test.ts.
    rightElsewhere: ['crm'],
    anything: ['cluster'],
    load: (lines) => load({ cf: GOOD_CF + lines }),
  },
  {
    file: 'twinbeat.cf',
    ...readTables('twinbeat-'),
    rightElsewhere: [],
    anything: [],
    load: (lines) => load({ cf: `${GOOD_CF}ping 10.0.0.254\n`, twinbeat: lines }),
  },
];

function readTables(prefix: string): Pick<Subject, 'right' | 'remarked' | 'wrong'> {
  return {
    right: readRows(`${prefix}right`),
    remarked: readRows(`${prefix}remarked`),
    wrong: readRows(`${prefix}wrong`),
  };
}

function readRows(name: string): Row[] {
  const text = readFileSync(new URL(`../configs/directives/${name}.txt`, import.meta.url), 'utf8');
  const rows = text.split('\n').filter((row) => row !== '' && !row.startsWith('#'));
  return rows.map((row) => {
    const [lines = '', ...expected] = row.split(' | ');
    return { lines: lines.replaceAll('\\n', '\n'), expected };
  });
}

/** The names of the directives that a table has a row for. */
function named(rows: readonly Row[]): Set<string | undefined> {
  return new Set(rows.map(({ lines }) => lines.split(/\s/, 1)[0]));
}

/** @returns what the row's lines are judged to be */
function check(st: Test, { file, load }: Subject, { lines, expected }: Row): Verdict {
  const verdict = load(lines);
  const all = said(verdict);
  st.equal(all.length, expected.length, `${lines}: ${all.join(' | ')}`);
  for (const [index, text] of expected.entries()) {
    const parts = `${file}:${text}`.split('...').map((part) => part.trim().replace(/[^\w\s]/g, '\\$&'));
    st.match(all[index], new RegExp(`^${parts.join('.*')}`), lines);
  }
  return verdict;
}

for (const subject of subjects) {
  const { file, right, remarked, wrong } = subject;
  const { directives } = grammars[file];

  t.test(`${file}: a right line says nothing`, async (st) => {
    for (const row of right) check(st, subject, row);
  });

  t.test(
    `${file}: a line with a meaning that is to be pointed out is accepted with one remark`,
    async (st) => {
      for (const row of remarked) st.ok(check(st, subject, row).config, row.lines);
    },
  );

  t.test(`${file}: a wrong line is one located error and no configuration`, async (st) => {
    for (const row of wrong) st.notOk(check(st, subject, row).config, row.lines);
  });

  t.test(`${file}: every directive has a right line and a wrong one`, async (st) => {
    const accepted = named([...right, ...remarked]);
    const refused = named(wrong);
    for (const { name, usage } of directives.values()) {
      st.ok(accepted.has(name) || subject.rightElsewhere.includes(name), `${name} has a right line`);
      st.ok(
        refused.has(name) || usage === 'on|off' || subject.anything.includes(name),
        `${name} has a wrong line`,
      );
    }
  });

  t.test(`${file}: flags take the booleans of ha.cf and nothing else`, async (st) => {
    const flags = [...directives.values()].filter(({ usage }) => usage === 'on|off');
    st.ok(flags.length >= 2);
    for (const { name } of flags) {
      const { diagnostics } = subject.load(`${name} sideways\n`);
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      st.match(errors, [{ file, column: name.length + 2, text: `${name} "sideways": write on` }], name);
    }
  });
}

t.test('the values arrive in the configuration, and the defaults where there are none', async (st) => {
  st.match(valid(load({})), {
    directory: '/etc/ha.d',
    self: 'nodea',
    peer: 'nodeb',
    nodes: ['nodea', 'nodeb'],
    keepalive: 1000,
    deadtime: 30_000,
    warntime: 15_000,
    initdead: 30_000,
    deadping: 30_000,
    autoFailback: true,
    hopFudge: 1,
    messageFormat: 'classic',
    media: [{ kind: 'bcast', name: 'eth1', device: 'eth1', port: 694 }],
    pings: [],
    watchdog: undefined,
    realtime: 50,
    log: { logfile: undefined, debugfile: undefined, facility: undefined, debug: 0, syslogFormat: true },
  });
  const cf = [
    'node NodeB',
    '\tnode\tnodea   # me',
    'keepalive 500ms',
    'deadtime 5',
    'warntime 2.5',
    'deadping 7',
    'auto_failback no',
    'hopfudge 3',
    'msgfmt netstring',
    'serial /dev/ttyS0',
    'ucast eth0 nodeb',
    'mcast eth1 239.1.2.3 800 2 1',
    'ucast6 eth2 FE80::3%eth2',
    'mcast6 eth3 FF02::694 800 3 0',
    'baud 38400',
    'udpport 700',
    'ping 10.0.0.254 10.0.0.253',
    'ping6 fd00:0::1',
    'ping_group Gates 10.0.0.252 nodeb.example',
    'watchdog /dev/watchdog',
    'rtprio 7',
    'logfile /var/log/ha-log',
    'debugfile /var/log/ha-debug',
    'logfacility daemon',
    'debug 2',
    'syslogmsgfmt off',
  ].join('\r\n');
  st.match(valid(load({ cf })), {
    nodes: ['nodeb', 'nodea'],
    peer: 'nodeb',
    keepalive: 500,
    deadtime: 5000,
    warntime: 2500,
    initdead: 12_000,
    deadping: 7000,
    autoFailback: false,
    hopFudge: 3,
    messageFormat: 'netstring',
    media: [
      { kind: 'serial', name: '/dev/ttyS0', path: '/dev/ttyS0', baud: 38400 },
      { kind: 'ucast', name: 'eth0', device: 'eth0', address: '10.0.0.3', port: 700 },
      { kind: 'mcast', name: 'eth1', device: 'eth1', group: '239.1.2.3', port: 800, ttl: 2, loop: true },
      { kind: 'ucast6', name: 'eth2', device: 'eth2', address: 'fe80::3', port: 700 },
      { kind: 'mcast6', name: 'eth3', device: 'eth3', group: 'ff02::694', port: 800, ttl: 3, loop: false },
    ],
    pings: [
      { name: '10.0.0.254', kind: 'ping', hosts: ['10.0.0.254'] },
      { name: '10.0.0.253', kind: 'ping', hosts: ['10.0.0.253'] },
      { name: 'fd00:0::1', kind: 'ping6', hosts: ['fd00::1'] },
      { name: 'gates', kind: 'ping_group', hosts: ['10.0.0.252', '10.0.0.3'] },
    ],
    watchdog: '/dev/watchdog',
    realtime: 7,
    log: {
      logfile: '/var/log/ha-log',
      debugfile: '/var/log/ha-debug',
      facility: 'daemon',
      debug: 2,
      syslogFormat: false,
    },
  });
});

t.test('realtime off: no priority, whatever rtprio says', async (st) => {
  st.equal(valid(load({ cf: `${GOOD_CF}realtime off\n` })).realtime, null);
  st.equal(valid(load({ cf: `${GOOD_CF}rtprio 10\nrealtime off\n` })).realtime, null);
  st.equal(valid(load({ cf: `${GOOD_CF}rtprio 10\nrealtime on\n` })).realtime, 10);
});

t.test('of several values the last counts', async (st) => {
  const config = valid(load({ cf: `${GOOD_CF}keepalive 1 2\ndeadtime 9\ndeadtime 20\nlogfacility none\n` }));
  st.equal(config.keepalive, 2000);
  st.equal(config.deadtime, 20_000);
  st.equal(config.log.facility, undefined);
});

t.test('initdead without a value follows deadtime', async (st) => {
  for (const [deadtime, initdead] of [
    ['5', 12_000],
    ['5999ms', 12_000],
    ['6', 12_000],
    ['10', 20_000],
    ['10001ms', 10_001],
    ['40', 40_000],
  ] as const) {
    st.equal(valid(load({ cf: `${GOOD_CF}deadtime ${deadtime}\n` })).initdead, initdead, deadtime);
  }
});
