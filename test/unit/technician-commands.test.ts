import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { StatusReport } from '../../firmware-agent/console/report.ts';
import { moved } from '../../firmware-agent/console/technician/commands/move.ts';
import { askAndReboot } from '../../firmware-agent/console/technician/commands/reboot.ts';
import { statusLines } from '../../firmware-agent/console/technician/commands/status.ts';
import { whoLines } from '../../firmware-agent/console/technician/commands/who.ts';
import type { Desk } from '../../firmware-agent/console/technician/desk.ts';
import { healthy, link, nothingRejected } from './support/healthy-report.ts';
import { fakeAgent, sitDown } from './support/technician.ts';

process.env.TZ = 'UTC';

const PROMPT = /nodea> $/;

/** A pair of which little is well. */
const ailing: StatusReport = {
  ...healthy,
  holds: 'local',
  peer: { ...healthy.peer, status: 'dead', lastHeartbeat: 61_000 },
  links: [
    link('/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A9R1-if00', {
      state: 'down',
      lastHeard: null,
      missing: 'no DSR, no CTS',
      rejected: { ...nothingRejected, garbage: 12 },
    }),
    link('x0', { medium: 'ucast', fault: 'ENETDOWN: the interface is down' }),
  ],
  pings: [{ name: '10.0.0.254', status: 'dead', lastAnswer: 90_000 }],
  groups: [
    ...healthy.groups,
    {
      key: 'IPv6addr::fd00::1/64/eth0',
      prefers: 'nodeb',
      owner: null,
      state: 'failed',
      resources: [
        { text: 'IPv6addr::fd00::1/64/eth0', state: 'stopped', detail: null },
        { text: 'asterisk', state: 'failed', detail: 'exit code 1 (cannot open the database)' },
      ],
    },
  ],
  alarms: [{ kind: 'peer', level: 'crit', text: 'nodeb is silent on every cable since 61 s.' }],
};

/** What a command shows on a terminal of this size. */
async function shown(
  t: Test,
  status: StatusReport,
  line: string,
  columns: number,
  rows = 0,
): Promise<string> {
  const { runDir } = await fakeAgent(t, { status });
  const human = await sitDown(t, { runDir, size: { columns, rows } });
  return await human.say(`${line}\r`, PROMPT);
}

t.test('status in a few lines, what is wrong in capitals', async (t) => {
  t.strictSame(statusLines(healthy), [
    'nodea (here): active, serves everything',
    'nodeb: active, serves nothing, heard 0.4 s ago',
    '10.0.0.100 nginx: on nodea',
    'cables: /dev/ttyS0 up, eth1 up',
    '23:15:00 here, the agent runs for 3 min 7 s',
  ]);
  t.strictSame(statusLines(ailing).slice(1, -1), [
    'nodeb: DEAD, heard 1 min 1 s ago',
    '10.0.0.100 nginx: on nodea',
    'fd00::1 asterisk: NOBODY has it, prefers nodeb, FAILED here',
    '  asterisk: exit code 1 (cannot open the database)',
    'cables: /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A9R1-if00 DOWN (links), x0 up (links)',
    'no answer from ping node 10.0.0.254',
    'ALARM nodeb is silent on every cable since 61 s.',
  ]);
});

t.test('links say what each cable lacks', async (t) => {
  const text = await shown(t, ailing, 'links', 100);
  t.match(text, /A9R1-if00 \(serial\): DOWN, never heard\r\n {2}received 812, lost 3, sent 830\r\n/);
  t.match(text, /refused 12 garbage\r\n {2}MISSING no DSR, no CTS\r\nx0 \(ucast\)/);
  t.match(text, /FAULT ENETDOWN/);
  t.match(text, 'ping 10.0.0.254: DEAD, answered 1 min 30 s ago');
});

t.test('nothing is wider than the terminal, and all of it is there', async (t) => {
  const words = (text: string) => text.replaceAll(/\s/g, '');
  for (const line of ['status', 'links', 'help', 'help events', 'version', 'who', 'log']) {
    const wide = await shown(t, ailing, line, 400);
    for (const columns of [80, 40]) {
      const text = await shown(t, ailing, line, columns);
      t.equal(words(text), words(wide), `${line} on ${columns} columns`);
      t.ok(
        text.split('\r\n').every((each) => each.length < columns),
        `${line} on ${columns} columns`,
      );
    }
  }
});

t.test('a healthy pair fits the smallest screen without a stop', async (t) => {
  for (const line of ['status', 'links', 'who', 'log', 'version'])
    t.notMatch(await shown(t, healthy, line, 40, 12), 'more: Enter', line);
});

t.test('events: the newest that fit, so many, or since then', async (t) => {
  const minute = (n: number) => new Date(Date.UTC(2024, 2, 9, 20, n)).toISOString();
  const events = Array.from({ length: 100 }, (_, n) =>
    JSON.stringify({
      time: minute(n),
      kind: 'late',
      text: `number ${n}, and a reason that takes some room`,
      facts: {},
    }),
  );
  const note = JSON.stringify({ time: minute(99), kind: 'console', text: 'console port: status', facts: {} });
  events.push(note, note, note);
  const stateDir = t.testdir({ events: `${events.join('\n')}\n` });
  const { runDir } = await fakeAgent(t);
  const human = await sitDown(t, { runDir, stateDir });
  const page = await human.say('events\r', PROMPT);
  t.match(page, /number 85,.*number 99,.*\(85 older: events 50\)/s);
  t.notMatch(page, 'number 84');
  await human.say('size 40 12\r', PROMPT);
  const small = await human.say('events\r', PROMPT);
  t.match(small, /^2024-03-09\r\n/m);
  t.match(small, /number 99,/);
  t.ok(small.split('\r\n').length <= 12, 'one page');
  await human.say('size 80 0\r', PROMPT);
  t.equal((await human.say('events 50\r', PROMPT)).match(/number/g)?.length, 50);
  t.equal((await human.say('events since 2024-03-09 21:30\r', PROMPT)).match(/number/g)?.length, 10);
  t.equal((await human.say('events console 50\r', PROMPT)).match(/console port: status/g)?.length, 3);
  t.notMatch(await human.say('events 103\r', PROMPT), 'console port');
  t.match(await human.say('events since never\r', PROMPT), 'Write: events');
  t.match(await human.say('events since 1s\r', PROMPT), 'Nothing happened since then');
});

t.test('who answers: ours, the peer or a stranger', async (t) => {
  const resource = (text: string, state: 'running' | 'stopped' = 'stopped') => ({
    text,
    state,
    detail: null,
  });
  const [group] = healthy.groups;
  if (group === undefined) throw new Error('no group');
  const resources = [
    resource('IPaddr::10.0.0.100/24/eth0', 'running'),
    ...['10.0.0.101', '10.0.0.102', '10.0.0.103', '10.0.0.104'].map((address) => resource(address)),
    resource('IPv6addr::fd00::1/64'),
    resource('nginx'),
  ];
  const status = { ...healthy, groups: [{ ...group, resources }] };
  const macs: Readonly<Record<string, string>> = {
    '10.0.0.101': '02:54:42:00:0b:01',
    '10.0.0.102': 'de:ad:be:ef:00:01',
    '10.0.0.103': '02:00:00:00:00:0a',
  };
  const lookup = async (address: string) => {
    const mac = macs[address];
    return mac === undefined ? { reason: 'no answer' } : { mac };
  };
  t.strictSame(await Promise.all(whoLines(status, lookup, ['02:00:00:00:00:0a'])), [
    '10.0.0.100: ours, it is here',
    "10.0.0.101: the peer's (nodeb), 02:54:42:00:0b:01",
    "10.0.0.102: A STRANGER'S, de:ad:be:ef:00:01",
    '10.0.0.103: ours, 02:00:00:00:00:0a',
    '10.0.0.104: no answer',
    'fd00::1: not here; only IPv4 is asked for',
  ]);
  const [, unknown] = whoLines({ ...status, peer: { ...status.peer, macs: [] } }, lookup, []);
  t.match(await unknown, "the peer's or a stranger's");
});

t.test('what would move, as the command has it', async (t) => {
  const group = (key: string, prefers: string, owner: string | null) => ({
    key,
    prefers,
    owner,
    state: 'running' as const,
    resources: [],
  });
  const groups = [
    group('own', 'nodea', 'nodea'),
    group('guest', 'nodeb', 'nodea'),
    group('away', 'nodea', 'nodeb'),
    group('theirs', 'nodeb', 'nodeb'),
    group('lost', 'nodeb', null),
  ];
  const keys = (
    ...[command, set]: Parameters<typeof moved> extends [infer C, infer S, ...unknown[]] ? [C, S] : never
  ) =>
    moved(command, set, { node: 'nodea', groups })
      .map(({ key }) => key)
      .join(' ');
  t.equal(keys('standby', 'all'), 'own guest');
  t.equal(keys('standby', 'local'), 'own');
  t.equal(keys('standby', 'foreign'), 'guest');
  t.equal(keys('standby', 'failback'), 'guest');
  t.equal(keys('takeover', 'all'), 'away theirs lost');
  t.equal(keys('takeover', 'local'), 'away');
  t.equal(keys('takeover', 'failback'), 'away');
  t.equal(keys('takeover', 'foreign'), 'theirs lost');
});

t.test('ping shows the words of the box, and takes nothing but a host', async (t) => {
  const bin = t.testdir({ ping: '#!/bin/sh\necho "asked: $*"\n' });
  chmodSync(join(bin, 'ping'), 0o755);
  const { PATH } = process.env;
  t.teardown(() => {
    process.env.PATH = PATH;
  });
  process.env.PATH = `${bin}:${PATH}`;
  const { runDir } = await fakeAgent(t);
  const human = await sitDown(t, { runDir });
  t.match(await human.say('ping 10.0.0.254\r', PROMPT), 'asked: -c 4 -w 8 10.0.0.254');
  for (const line of ['ping', 'ping -f', 'ping 10.0.0.1 -f', 'ping ;reboot', 'ping $(reboot)'])
    t.notMatch(await human.say(`${line}\r`, PROMPT), 'asked', line);
  writeFileSync(join(bin, 'ping'), '#!/bin/sh\nwhile :; do echo again; sleep 0.01; done\n');
  await human.say('ping host\r', /again\r\nagain/);
  t.match(await human.say('\x03', PROMPT), /\^C\r\nnodea> $/);
});

/** A desk at which the human says yes. */
function desk(status: StatusReport, isYes: boolean): { readonly desk: Desk; readonly said: string[] } {
  const said: string[] = [];
  const fake: Partial<Desk> = {
    say: async (...lines) => void said.push(...lines),
    ask: async () => ({ kind: 'status', status }),
    confirm: async (question) => {
      said.push(question);
      return isYes;
    },
    signal: new AbortController().signal,
  };
  return { desk: fake as Desk, said };
}

t.test('reboot warns of what is served here, asks, and only then does it', async (t) => {
  const dir = t.testdir({ reboot: '#!/bin/sh\ntouch "$0.done"\n', broken: '#!/bin/sh\nexit 3\n' });
  for (const name of ['reboot', 'broken']) chmodSync(join(dir, name), 0o755);
  const program = join(dir, 'reboot');
  const no = desk(healthy, false);
  await askAndReboot(no.desk, program);
  t.strictSame(no.said, [
    'WARNING: nodea serves 10.0.0.100 nginx.',
    'nodeb takes it: standby first is gentler.',
    'Reboot this box now?',
  ]);
  t.notOk(existsSync(`${program}.done`));
  const yes = desk(ailing, true);
  await askAndReboot(yes.desk, program);
  t.match(yes.said[1], /nodeb is DEAD: nobody serves it until this box is back/);
  t.ok(existsSync(`${program}.done`));
  await t.rejects(askAndReboot(yes.desk, join(dir, 'broken')), /does not reboot: .*broken ended with 3/);
  await t.rejects(askAndReboot(yes.desk, join(dir, 'missing')), /does not reboot: .*ENOENT/);
});

t.test('support packs into the state directory, one file that the next takes the place of', async (t) => {
  const dir = t.testdir({});
  const { runDir } = await fakeAgent(t);
  const human = await sitDown(t, { runDir, configDir: dir, stateDir: dir, size: { columns: 300, rows: 0 } });
  for (let n = 0; n < 2; n += 1)
    t.match(await human.say('support\r', PROMPT), /support.tar.gz: \d+ files, \d+ KiB/);
  t.ok(existsSync(join(dir, 'support.tar.gz')));
});
