import t from 'tap';
import type { StatusReport } from '../../firmware-agent/console/report.ts';
import { paintedTerminal, ScreenPainter } from '../../firmware-agent/console/screen-painter.ts';
import { statusScreen } from '../../firmware-agent/console/status-screen.ts';
import { fold, span } from '../../firmware-agent/console/text.ts';
import { virtualAddress } from '../../firmware-agent/console/virtual-address.ts';
import { healthy, link, nothingRejected } from './support/healthy-report.ts';

process.env.TZ = 'UTC';

const [group] = healthy.groups;
if (!group) throw new Error('the healthy pair has a group');

/** One cable gone, the peer dead, nginx failed, garbage on the line. */
const troubled: StatusReport = {
  ...healthy,
  holds: 'none',
  stable: false,
  peer: { ...healthy.peer, status: 'dead', lastHeartbeat: 65_000, twinbeat: false },
  links: [
    link('/dev/ttyS0', {
      state: 'down',
      lastHeard: null,
      rejected: { ...nothingRejected, garbage: 3, forged: 1 },
      fault: 'No such device',
    }),
    link('eth1', { medium: 'bcast', state: 'down', lastHeard: 65_000 }),
  ],
  pings: [
    { name: '10.0.0.254', status: 'dead', lastAnswer: 9400 },
    { name: 'router', status: 'ping', lastAnswer: 200 },
  ],
  groups: [
    {
      ...group,
      owner: null,
      state: 'failed',
      resources: [
        { text: 'IPaddr::10.0.0.100/24/eth0', state: 'stopped', detail: null },
        { text: 'nginx', state: 'failed', detail: 'start: exit code 1' },
      ],
    },
  ],
  watchdog: {
    device: '/dev/watchdog',
    armed: false,
    timeout: 60_000,
    late: 0,
    fault: 'Device or resource busy',
  },
  realtime: { priority: null, memoryLocked: false, spared: true, fault: 'memory not locked (EPERM)' },
  rejected: { ...nothingRejected, garbage: 3, forged: 1 },
};

t.test('alarms that stand are seen before anything else', async (t) => {
  const text = 'nodea is silent on every cable, but its box still has 10.78.0.100.';
  const lines = statusScreen({
    ...healthy,
    alarms: [{ kind: 'peer-box-answers', level: 'crit', text }],
  }).split('\n');
  t.ok(lines.includes(`ALARM ${text}`));
  t.ok(lines.indexOf(`ALARM ${text}`) < lines.findIndex((line) => line.startsWith('LINK')));
});

t.test('a healthy pair', async (t) => {
  t.equal(
    statusScreen(healthy),
    `\
Twinbeat 0.1.0 on nodea at 23:15:00, up 3 min 7 s, pid 412

NODE   STATUS  HOLDS
nodea  active  all      this machine
nodeb  active  none     heard 0.4 s ago, dead after 5 s  Twinbeat

LINK        MEDIUM  STATE  HEARD      RECEIVED  LOST  SENT  REFUSED
/dev/ttyS0  serial  up     0.4 s ago       812     3   830        0
eth1        ucast   up     1.2 s ago         9     3    10        0

IPaddr::10.0.0.100/24/eth0: held by nodea (prefers nodea), running on nodea
  IPaddr::10.0.0.100/24/eth0: running
  nginx: running

Agent: in real time (SCHED_RR 50), memory locked, spared when memory runs out

EVENTS
23:14:02 info  Link nodeb:eth1 up.
23:14:07 info  local resource transition completed.`,
  );
});

t.test('a pair in trouble', async (t) => {
  t.equal(
    statusScreen(troubled, { neighbours: new Map([['10.0.0.100', 'answers at aa:bb:cc:dd:ee:ff']]) }),
    `\
Twinbeat 0.1.0 on nodea at 23:15:00, up 3 min 7 s, pid 412

NODE   STATUS  HOLDS
nodea  active  none   MOVING  this machine
nodeb  DEAD    none           heard 1 min 5 s ago, dead after 5 s

LINK        MEDIUM  STATE  HEARD          RECEIVED  LOST  SENT  REFUSED
/dev/ttyS0  serial  DOWN   never               812     3   830        4
    No such device
eth1        bcast   DOWN   1 min 5 s ago       812     3   830        0

PING NODE   STATE    ANSWERED
10.0.0.254  DEAD     9.4 s ago
router      answers  0.2 s ago

IPaddr::10.0.0.100/24/eth0: held by NOBODY (prefers nodea), FAILED on nodea
  IPaddr::10.0.0.100/24/eth0: stopped, answers at aa:bb:cc:dd:ee:ff
  nginx: FAILED
    start: exit code 1

Watchdog /dev/watchdog: NOT ARMED, resets after 1 min
    Device or resource busy
Agent: NOT in real time, memory NOT locked, spared when memory runs out
    memory not locked (EPERM)

Input refused: 3 garbage, 1 forged

EVENTS
23:14:02 info  Link nodeb:eth1 up.
23:14:07 info  local resource transition completed.`,
  );
});

t.test('a node that starts, with nothing configured but two cables', async (t) => {
  const starting: StatusReport = {
    ...healthy,
    status: 'up',
    holds: 'none',
    stable: false,
    uptime: 800,
    peer: { ...healthy.peer, status: 'init', generation: null, twinbeat: false, lastHeartbeat: null },
    links: [link('eth1', { state: 'down', lastHeard: null, received: 0, sent: 1 })],
    groups: [],
    watchdog: { device: '/dev/watchdog', armed: true, timeout: 1000, late: 700, fault: null },
    realtime: null,
    events: [],
  };
  t.equal(
    statusScreen(starting),
    `\
Twinbeat 0.1.0 on nodea at 23:15:00, up 0 s, pid 412

NODE   STATUS  HOLDS
nodea  up      none   MOVING  this machine
nodeb  init    none           never heard

LINK  MEDIUM  STATE  HEARD  RECEIVED  LOST  SENT  REFUSED
eth1  serial  DOWN   never         0     3     1        0

No resource groups

Watchdog /dev/watchdog: armed, resets after 1 s, up to 0.7 s TOO LATE
Agent: an ordinary process (realtime off)`,
  );
});

t.test('on a screen of 80x24 the events fill what is left', async (t) => {
  const events = Array.from({ length: 50 }, (_, i) => ({
    time: '2024-03-09T23:14:07.900Z',
    level: 'WARN',
    text: `Late heartbeat: Node nodeb: interval ${i} ms ${'x'.repeat(60)}`,
  }));
  for (const report of [healthy, troubled]) {
    const lines = statusScreen({ ...report, events }, { size: { columns: 79, rows: 23 } }).split('\n');
    t.equal(lines.length, 23);
    t.ok(lines.every((line) => line.length <= 79));
    t.match(lines[22], /interval 49 ms x+~$/, 'the newest is the last');
  }
});

t.test('what does not fit is seen to be cut', async (t) => {
  const lines = statusScreen(troubled, { size: { columns: 40, rows: 6 } }).split('\n');
  t.equal(lines.length, 6);
  t.equal(lines[5], '(more on a taller screen)');
  t.equal(lines[0], 'Twinbeat 0.1.0 on nodea at 23:15:00, up~');
});

t.test('nothing in a report commands the terminal', async (t) => {
  const event = { time: healthy.time, level: 'ERROR', text: 'bad node [\x1b[2J\x9b\n\x07] in message' };
  const screen = statusScreen({ ...healthy, events: [event] });
  t.match(screen, 'ERROR bad node [?[2J???] in message');
  t.notMatch(screen, /[^\P{Cc}\n]/u);
});

t.test('spans of time as people say them', async (t) => {
  const said = [0, 40, 5000, 9949, 9960, 59_400, 60_000, 3_599_000, 3_600_000, 7_500_000, 90_000_000].map(
    span,
  );
  t.strictSame(said, [
    '0 s',
    '0.0 s',
    '5 s',
    '9.9 s',
    '10 s',
    '59 s',
    '1 min',
    '59 min 59 s',
    '1 h',
    '2 h 5 min',
    '1 d 1 h',
  ]);
});

t.test('a sentence folded into a narrow screen', async (t) => {
  t.equal(fold('no agent answers', 7), 'no agen\nt answe\nrs');
  t.equal(fold('', 7), '');
});

t.test('the address of a resource word', async (t) => {
  t.equal(virtualAddress('IPaddr::10.0.0.1/24/eth0'), '10.0.0.1');
  t.equal(virtualAddress('IPaddr2::10.0.0.1'), '10.0.0.1');
  t.equal(virtualAddress('10.0.0.1/24'), '10.0.0.1');
  t.equal(virtualAddress('Filesystem::10.0.0.1:/srv::/srv::nfs'), undefined);
  t.equal(virtualAddress('nginx'), undefined);
  t.equal(virtualAddress('10.0.0.999'), undefined);
});

t.test('a painter sends only the lines that changed', async (t) => {
  let sent = '';
  const terminal = {
    columns: 0,
    rows: 0,
    write: (text: string) => {
      sent += text;
    },
  };
  const painter = new ScreenPainter(terminal);
  t.strictSame(painter.size(), { columns: 79, rows: 23 }, 'a serial terminal that tells no size');
  const paint = (screen: string) => {
    sent = '';
    painter.paint(screen);
    return sent;
  };
  t.equal(paint('a\nb\nc'), '\x1b[H\x1b[2J\x1b[1;1Ha\x1b[K\x1b[2;1Hb\x1b[K\x1b[3;1Hc\x1b[K\x1b[4;1H');
  t.equal(paint('a\nB\nc'), '\x1b[2;1HB\x1b[K\x1b[4;1H');
  t.equal(paint('a\nB\nc'), '');
  t.equal(paint('a'), '\x1b[2;1H\x1b[K\x1b[3;1H\x1b[K\x1b[2;1H');
  terminal.rows = 40;
  t.equal(paint('a'), '\x1b[H\x1b[2J\x1b[1;1Ha\x1b[K\x1b[2;1H', 'all of it after a change of size');
});

t.test('a terminal that is called dumb gets text, as a pipe does', async (t) => {
  const output = (isTTY?: true) => ({ write: () => true, ...(isTTY && { isTTY }) });
  for (const [terminal, name, isPainted] of [
    [output(true), 'vt100', true],
    [output(true), undefined, true],
    [output(true), 'dumb', false],
    [output(), 'vt100', false],
  ] as const)
    t.equal(paintedTerminal(terminal, name) === terminal, isPainted, `${name}`);
});
