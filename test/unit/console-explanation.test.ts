import t from 'tap';
import { explanation } from '../../firmware-agent/console/explanation.ts';
import { GOOD_CF, load, valid } from './support/fake-probe.ts';

function explain(cf = '', twinbeat = '', haresources?: string): string {
  const files = { cf: GOOD_CF + cf, twinbeat, ...(haresources === undefined ? {} : { haresources }) };
  return explanation(valid(load(files)));
}

/** The lines below a title. */
function section(text: string, title: string): string[] {
  const [, ...lines] =
    text
      .split('\n\n')
      .find((part) => part.startsWith(title))
      ?.split('\n') ?? [];
  return lines.map((line) => line.trimStart());
}

t.test('the timeline: late after, dead after, first takeover after boot', async (t) => {
  const text = explain('keepalive 500ms\nwarntime 2500ms\ndeadtime 5\ninitdead 20\n');
  t.strictSame(section(text, 'When nodeb falls silent').slice(0, 3), [
    '0 s  its last heartbeat; the next was due after 0.5 s',
    '2.5 s  late after: a heartbeat that comes only now is warned of (warntime)',
    '5 s  dead after: nodeb is dead on every cable (deadtime); the takeover begins',
  ]);
  t.match(section(text, 'When this node boots'), [
    /^0 s {2}it says/,
    /^20 s {2}first takeover: nodeb is dead if it was never heard \(initdead\)$/,
  ]);
});

t.test('one cable is said to be one; each of two is named, and ping nodes with their patience', async (t) => {
  t.match(section(explain(), 'Cables'), ['eth1 (bcast port 694)', /^This is the only cable/]);
  t.match(section(explain('serial /dev/ttyS0\nping 10.0.0.254\ndeadping 7\n'), 'Cables'), [
    'eth1 (bcast port 694)',
    '/dev/ttyS0 (serial, 19200 baud)',
    /^Every heartbeat goes over each of them, every 1 s; nodeb lives/,
    'ping node 10.0.0.254: asked every 1 s, not reachable after 7 s without an answer',
  ]);
});

const waits: readonly [cf: string, twinbeat: string, line: number, text: RegExp][] = [
  ['', '', 0, /^1\. A human: not waited for/],
  ['', 'takeover confirm\n', 0, /^1\. A human: nothing is taken before `twinbeat takeover --confirm`/],
  ['', 'takeover delay 5m\n', 0, /otherwise it is taken after 5 min\.$/],
  ['', '', 1, /^2\. The network: not asked/],
  ['ping 10.0.0.254\n', '', 1, /^2\. The network: a ping node answers/],
  ['', '', 2, /^3\. The LAN: .* is not taken, for as long as it answers; any other machine/],
  [
    '',
    'take-after 10m\nstranger take\n',
    2,
    /until it answered for 10 min \(take-after\); one that is not its box/,
  ],
  ['', 'look-before-take off\n', 2, /^3\. The LAN: not asked/],
  ['', '', 3, /^4\. Fencing: none/],
  [
    '',
    'fence command /usr/sbin/ring hidden\nfence manual\n',
    3,
    /by \/usr\/sbin\/ring, else by a human who runs `twinbeat fence-ack nodeb`/,
  ],
  ['', '', 4, /^5\. The disk lock: none\.$/],
  [
    '',
    'lock /dev/disk/by-id/shared lease 90s\n',
    4,
    /shared is held here; .* its lease of 1 min 30 s must be over/,
  ],
];

t.test('what a takeover waits for, one line each', async (t) => {
  for (const [cf, twinbeat, line, text] of waits) {
    const lines = section(explain(cf, twinbeat), 'What a takeover waits for');
    t.equal(lines.length, 5);
    t.match(lines[line], text, `${cf}${twinbeat}`);
  }
});

t.test('who has what, and when it comes home', async (t) => {
  const two = 'nodea 10.0.0.1/24/eth0 10.0.0.4/24/eth0\n';
  t.strictSame(section(explain('', '', two), 'Who has what'), [
    'nodea prefers:',
    '10.0.0.1/24/eth0, then 10.0.0.4/24/eth0',
    'nodeb prefers nothing.',
    'Each group comes up in this order and goes down in the reverse one.',
    'When a node is back after its death, what it prefers is handed back to it once both rest (auto_failback on).',
  ]);
  t.match(
    section(explain('auto_failback off\n'), 'Who has what').at(-1),
    /stays where it is .* \(auto_failback off\)/,
  );
  t.match(section(explain('auto_failback legacy\n'), 'Who has what').at(-1), '(auto_failback legacy)');
});

t.test('what guards this node, and who is told', async (t) => {
  const plain = explain();
  t.match(section(plain, 'When this node itself'), [
    /no watchdog/,
    /longer than 30 s/,
    /serves on \(ha\.cf has no ping/,
    /gives way/,
    /SCHED_RR 50, memory locked/,
  ]);
  const late = explain('watchdog /dev/watchdog\nkeepalive 300ms\ndeadtime 1\ninitdead 20\nrealtime off\n');
  t.match(
    section(late, 'When this node itself')[0],
    'resets the box 1 s after its last own heartbeat, up to 0.2 s AFTER',
  );
  t.match(section(late, 'When this node itself').at(-1), '(realtime off)');
  const guarded = explain(
    'watchdog /dev/watchdog\ndeadtime 5\nping 10.0.0.254\nlogfile /var/log/ha-log\n',
    'alarm /usr/sbin/ring\ndefend off\n',
  );
  t.match(section(guarded, 'When this node itself'), [
    /\/dev\/watchdog resets the box 4 s after its last own heartbeat, before nodeb may take over/,
    /longer than 5 s/,
    /lets everything go/,
    /nothing is done/,
  ]);
  t.match(section(guarded, 'Who is told'), [
    'each alarm is given to /usr/sbin/ring',
    /rings at \/dev\/console/,
    'the log goes to /var/log/ha-log',
  ]);
});

t.test('no key and no password is shown', async (t) => {
  const text = explain(
    'stonith_host * baytech 10.0.0.9 admin hidden\n',
    'fence agent fence_ipmilan password=hidden\n',
  );
  t.notMatch(text, 'hidden');
  t.notMatch(text, 'secret');
  t.match(section(text, 'The pair')[1], 'signed with sha1, key 1 of 1 that are accepted');
});
