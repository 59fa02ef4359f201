import { appendFileSync, chmodSync, existsSync, writeFileSync } from 'node:fs';
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
  expected = PROMPT,
): Promise<string> {
  const { runDir } = await fakeAgent(t, { status });
  const human = await sitDown(t, { runDir, size: { columns, rows } });
  return await human.say(`${line}\r`, expected);
}

t.test('status in a few lines, what is wrong in capitals', async (t) => {
  t.strictSame(statusLines(healthy, null), [
    'nodea (here): active, serves everything',
    'nodeb: active, serves nothing, heard 0.4 s ago',
    '10.0.0.100 nginx: on nodea',
    'cables: /dev/ttyS0 up, eth1 up',
    '2024-03-09 23:15:00 on this box; agent up 3 min 7 s',
  ]);
  t.strictSame(statusLines(ailing, null).slice(0, -1), [
    'nodea (here): active, serves 10.0.0.100 nginx',
    'nodeb: DEAD, heard 1 min 1 s ago',
    '10.0.0.100 nginx: on nodea',
    'fd00::1 asterisk: NOBODY has it, prefers nodeb, FAILED here',
    '  asterisk: exit code 1 (cannot open the database)',
    'cables: /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A9R1-if00 DOWN: no DSR, no CTS, x0 up (see links)',
    'no answer from ping node 10.0.0.254',
    'ALARM nodeb is silent on every cable since 61 s.',
  ]);
});

t.test('who serves is told by the groups, whatever set they are of', async (t) => {
  const [group] = healthy.groups;
  if (group === undefined) throw new Error('no group');
  const serving = (holds: 'local' | 'all', ...owners: ('nodea' | 'nodeb' | null)[]) => {
    const groups = owners.map((owner, n) => ({ ...group, key: `group ${n}`, owner }));
    const lines = statusLines({ ...healthy, holds, groups, peer: { ...healthy.peer, holds: 'local' } }, null);
    return lines.slice(0, 2).map((line) => /serves [^,]*/.exec(line)?.[0]);
  };
  t.strictSame(serving('local', 'nodea', 'nodea'), ['serves everything', 'serves nothing']);
  t.strictSame(serving('local'), ['serves nothing', 'serves nothing']);
  t.strictSame(serving('all', null), ['serves nothing', 'serves nothing']);
  t.strictSame(serving('local', 'nodea', 'nodeb', 'nodeb', 'nodeb'), [
    'serves 10.0.0.100 nginx',
    'serves 3 of 4 groups',
  ]);
});

t.test('an alarm about a serial cable says how to examine it', async (t) => {
  const lost = (name: string) => ({
    kind: 'link-lost',
    level: 'warning' as const,
    text: `nodeb is not heard on ${name} any more.`,
  });
  const down = { state: 'down' as const, missing: 'no carrier' };
  const x0 = link('x0', { ...down, medium: 'ucast' });
  const lines = (port: string | null, alarms: StatusReport['alarms'], ...links: StatusReport['links']) =>
    statusLines({ ...healthy, alarms, links }, port).slice(3, -1);
  t.strictSame(lines(null, [lost('/dev/ttyS0')], link('/dev/ttyS0', { state: 'down' })), [
    'cables: /dev/ttyS0 DOWN',
    'ALARM nodeb is not heard on /dev/ttyS0 any more.',
    '  Type cable to examine it.',
  ]);
  const two = [link('/dev/ttyS0'), link('/dev/ttyS1', { state: 'down' })];
  for (const port of [null, '/dev/ttyS0'])
    t.match(lines(port, [lost('/dev/ttyS1')], ...two).at(-1), '  Type cable /dev/ttyS1 to examine it.');
  t.strictSame(lines(null, [lost('x0')], link('/dev/ttyS0'), x0), [
    'cables: /dev/ttyS0 up, x0 DOWN: no carrier',
    'ALARM nodeb is not heard on x0 any more.',
  ]);
  const there = lines('/dev/ttyS0', [lost('/dev/ttyS0')], link('/dev/ttyS0', { state: 'down' }));
  t.notMatch(there.join(), 'Type cable', 'not at that port itself');
  const { runDir } = await fakeAgent(t, {
    status: { ...healthy, alarms: [lost('/dev/ttyS0')], links: [link('/dev/ttyS0', { state: 'down' })] },
  });
  const human = await sitDown(t, { runDir });
  t.match(human.shown(), /any more\.\r\n {2}Type cable to examine it\.\r\nType help/);
});

t.test('links say what each cable lacks', async (t) => {
  const text = await shown(t, { ...ailing, parameters: { baud: '19200' } }, 'links', 100);
  t.match(
    text,
    /A9R1-if00 \(serial, 19200 baud\): DOWN, never heard\r\n {2}received 812, lost 3, sent 830 messages\r\n/,
  );
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

t.test('events: what became of a wish is told as the menu does', async (t) => {
  const answer = (ok: boolean, text: string) =>
    JSON.stringify({ time: '2024-03-09T20:00:00Z', kind: 'answer', text: `answer: ${text}`, facts: { ok } });
  const events = [answer(true, 'nodeb took over all in 39 ms.'), answer(false, 'nodeb is dead.')];
  const stateDir = t.testdir({ events: `${events.join('\n')}\n` });
  const { runDir } = await fakeAgent(t);
  const human = await sitDown(t, { runDir, stateDir });
  t.match(
    await human.say('events\r', PROMPT),
    /20:00:00 done: nodeb took over everything in 39 ms\.\r\n20:00:00 not done: nodeb is dead\.\r\n/,
  );
});

t.test('log: what each line adds, under its day; the whole lines with raw', async (t) => {
  const lines = [
    'Nov 21 23:59:59 nodea heartbeat: [19266]: info: Link nodeb:x0 up.',
    'Nov 22 02:55:29 nodea heartbeat: [19266]: WARN: node nodeb: is dead',
    'Nov 22 02:55:30 nodea ipfail: [19270]: info: Status update: Node nodeb now has status dead',
    'heartbeat[19266]: 2026/11/22_02:55:31 info: an older form',
    'ResourceManager[9]:\t2026/11/22_02:55:32\tinfo: of a script',
    '2026/11/22_02:55:33  mach_down(default)[9]:    ERROR: of a newer one',
    'of no form',
  ];
  const dir = t.testdir({ 'ha-log': `${lines.join('\n')}\n` });
  const path = join(dir, 'ha-log');
  const { runDir } = await fakeAgent(t, { status: { ...healthy, parameters: { logfile: path } } });
  const human = await sitDown(t, { runDir, size: { columns: 100, rows: 24 } });
  const short = [
    'Nov 21',
    '23:59:59 Link nodeb:x0 up.',
    'Nov 22',
    '02:55:29 WARN node nodeb: is dead',
    '02:55:30 ipfail: Status update: Node nodeb now has status dead',
    '2026-11-22',
    '02:55:31 an older form',
    '02:55:32 ResourceManager: of a script',
    '02:55:33 ERROR mach_down: of a newer one',
    'of no form',
  ];
  t.equal(await human.say('log\r', PROMPT), ['log', ...short, 'nodea> '].join('\r\n'));
  const raw = lines.map((line) => line.replaceAll('\t', '?'));
  t.equal(await human.say('log raw 100\r', PROMPT), ['log raw 100', ...raw, 'nodea> '].join('\r\n'));
  t.match(await human.say('log raw nonsense\r', PROMPT), 'Write: log');
  for (const [line, expected] of [
    ['log follow', /until Ctrl-C:\r\nNov 22\r\n02:55:29 WARN .*\r\n02:55:30 ipfail/],
    ['log raw follow', /until Ctrl-C:\r\nNov 22 02:55:29 nodea heartbeat: \[19266\]: WARN.*\r\nNov 22/],
  ] as const) {
    await human.say(`${line}\r`, /until Ctrl-C/);
    for (const next of lines.slice(1, 3)) {
      appendFileSync(path, `${next}\n`);
      await human.say('', /dead\r\n$/);
    }
    t.match(human.shown(), expected, line);
    await human.say('\x03', PROMPT);
  }
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
  const own = [{ address: '10.0.0.100', mac: '02:00:00:00:00:0a', device: 'eth0' }];
  t.match(await whoLines(status, lookup, [])[0], /^10\.0\.0\.100: ours, here$/);
  t.strictSame(await Promise.all(whoLines(status, lookup, own)), [
    '10.0.0.100: ours, here: 02:00:00:00:00:0a (eth0)',
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

t.test('a peer that is dead is told of before the question', async (t) => {
  const dead: StatusReport = { ...ailing, holds: 'all', peer: { ...ailing.peer, status: 'dead' } };
  const { runDir, done } = await fakeAgent(t, { status: dead });
  const human = await sitDown(t, { runDir });
  t.match(
    await human.say('standby\r', /nodea> $|yes or no: $/),
    /^standby\r\nnodeb is DEAD: nobody would take over\.\r\nnodea> $/,
  );
  t.match(
    await human.say('takeover\r', /nodea> $|yes or no: $/),
    /nodeb is DEAD: nobody hands over\. What waits for a human: takeover confirm\.\r\nnodea> $/,
  );
  t.strictSame(done, []);
});

t.test('what failed here is started again, whether the peer lives or not', async (t) => {
  const [group] = healthy.groups;
  if (group === undefined) throw new Error('no group');
  const failed = { ...group, state: 'failed' as const };
  const other = { ...group, key: 'other', resources: [] };
  for (const status of ['active', 'dead'] as const) {
    const { runDir, done } = await fakeAgent(t, {
      status: { ...healthy, groups: [failed, other], peer: { ...healthy.peer, status } },
    });
    const human = await sitDown(t, { runDir });
    t.match(
      await human.say('takeover\r', /nodea> $|yes or no: $/),
      /Nothing would move, but this is down here:\r\n {2}10\.0\.0\.100 nginx\r\nStart it again now\?\r\nyes or no: $/,
    );
    await human.say('no\r', PROMPT);
    t.strictSame(done, []);
    t.match(await human.say('takeover foreign\r', /nodea> $|yes or no: $/), 'Nothing would move:');
    await human.say('takeover local\r', /yes or no: $/);
    await human.say('yes\r', PROMPT);
    t.strictSame(done, ['takeover local']);
  }
});

t.test('after standby: the command that takes back what went, and no more', async (t) => {
  const [group] = healthy.groups;
  if (group === undefined) throw new Error('no group');
  const theirs = (owner: string) => ({ ...group, key: 'theirs', prefers: 'nodeb', owner });
  for (const [command, groups, back] of [
    ['standby', [group, theirs('nodeb')], 'takeover local brings it back.'],
    ['standby foreign', [group, theirs('nodea')], 'takeover foreign brings it back.'],
    ['standby', [group, theirs('nodea')], '\ntakeover brings it back.'],
  ] as const) {
    const { runDir } = await fakeAgent(t, { status: { ...healthy, groups } });
    const human = await sitDown(t, { runDir });
    await human.say(`${command}\r`, /yes or no: $/);
    t.match(await human.say('yes\r', PROMPT), back);
  }
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

t.test('the cable is examined after a yes, and what is found is shown', async (t) => {
  const agent = await fakeAgent(t);
  const human = await sitDown(t, { runDir: agent.runDir });
  t.match(
    await human.say('cable\r', /yes or no: $/),
    /\/dev\/ttyS0 carries no heartbeats for half a minute: they go by eth1 meanwhile\.\r\nExamine \/dev\/ttyS0 now\?/,
  );
  await human.say('no\r', PROMPT);
  t.strictSame(agent.done, [], 'nothing without a yes');
  await human.say('cable\r', /yes or no: $/);
  t.match(
    await human.say('yes\r', PROMPT),
    / {2}the modem lines \.\.\.\r\nA full null modem: all lines are wired; works at 115200\.\r\nOne more remark\.\r\n/,
  );
  t.strictSame(agent.done, ['examine /dev/ttyS0']);
  await human.say('cable /dev/ttyS7\r', /yes or no: $/);
  t.match(await human.say('yes\r', PROMPT), 'Not done: /dev/ttyS7 is no serial cable of ha.cf');
  t.match(await human.say('cable a b\r', PROMPT), 'Write: cable /dev/ttyS0');
});

t.test('a cable that is, or cannot be, examined', async (t) => {
  const on = (links: StatusReport['links']) => ({ ...healthy, links });
  t.match(await shown(t, on([link('eth1', { medium: 'ucast' })]), 'cable', 100), 'ha.cf has no serial cable');
  const two = on([link('/dev/ttyS0'), link('/dev/ttyS1')]);
  t.match(await shown(t, two, 'cable', 100), 'Which one? Write: cable /dev/ttyS0 or cable /dev/ttyS1');
  const three = on([link('/dev/ttyS0'), ...['eth0', 'eth1'].map((name) => link(name, { medium: 'ucast' }))]);
  t.match(await shown(t, three, 'cable', 100, 0, /yes or no: $/), 'they go by eth0 and eth1 meanwhile.');
  const dead = { ...on([link('/dev/ttyS0', { state: 'down' })]), peer: ailing.peer };
  const stopped = on([link('/dev/ttyS0', { lastHeard: 2600 })]);
  for (const status of [dead, stopped]) {
    const text = await shown(t, status, 'cable', 100, 0, /yes or no: $/);
    t.match(text, 'nodeb is heard on no other cable: only this end can be examined.');
  }
  const examined = on([link('/dev/ttyS0', { examined: true }), link('eth1', { medium: 'ucast' })]);
  t.match(await shown(t, examined, 'links', 100), 'EXAMINED now: it carries no heartbeats');
  t.match(await shown(t, examined, 'status', 100), 'cables: /dev/ttyS0 examined, eth1 up');
});

t.test('the cable that the heartbeats need is not asked about', async (t) => {
  const x0 = link('x0', { medium: 'ucast', state: 'down' });
  const unheard = { state: 'down', lastHeard: null } as const;
  const refused: [StatusReport['links'], string][] = [
    [[link('/dev/ttyS0')], '/dev/ttyS0, the only one: stop one of the two nodes to examine it.'],
    [[link('/dev/ttyS0'), x0], 'no other cable than /dev/ttyS0: mend the other cable first.'],
    [[link('/dev/ttyS0', unheard), x0], 'nodeb is not heard yet: wait until it is, or is taken for dead.'],
  ];
  for (const [links, why] of refused) t.match(await shown(t, { ...healthy, links }, 'cable', 200), why);
});

t.test('support packs into the state directory, one file that the next takes the place of', async (t) => {
  const dir = t.testdir({});
  const { runDir } = await fakeAgent(t);
  const human = await sitDown(t, { runDir, configDir: dir, stateDir: dir, size: { columns: 300, rows: 0 } });
  for (let n = 0; n < 2; n += 1)
    t.match(
      await human.say('support\r', PROMPT),
      /support.tar.gz: \d+ files, \d+ KiB.*It stays on this box: fetch it/s,
    );
  t.ok(existsSync(join(dir, 'support.tar.gz')));
});
