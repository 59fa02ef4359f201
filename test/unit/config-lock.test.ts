import t from 'tap';
import { watchdogTimeout } from '../../firmware-agent/config/watchdog.ts';
import { leaseTiming } from '../../firmware-agent/lock/timing.ts';
import { GOOD_CF, load, type Machine, said, valid } from './support/fake-probe.ts';

const DISK = '/dev/disk/by-id/shared';
/** Nothing is left to say about a lock: the watchdog needs 3 s, a third of 9 s. */
const GUARDED = `${GOOD_CF}watchdog /dev/watchdog\nkeepalive 500ms\ndeadtime 2\ninitdead 20\n`;

function about(lock: string, cf: string, machine: Machine = {}): string[] {
  return said(load({ cf, twinbeat: `${lock}\n` }, machine));
}

t.test('without the line there is no lock; with it, the lease is 10 s unless told', async (st) => {
  st.equal(valid(load({})).lock, null);
  st.same(valid(load({ twinbeat: `lock ${DISK}\n` })).lock, { path: DISK, lease: 10_000 });
  st.same(valid(load({ twinbeat: `lock\t${DISK} lease 10m # long\n` })).lock, { path: DISK, lease: 600_000 });
  const files = { '/mnt/lock': '' };
  st.same(valid(load({ twinbeat: 'lock /mnt/lock lease 1\n' }, { files })).lock, {
    path: '/mnt/lock',
    lease: 1000,
  });
});

t.test('a second line is refused: it would be a second lock', async (st) => {
  const verdict = load({ cf: GUARDED, twinbeat: `lock ${DISK} lease 9s\nlock /dev/sdb lease 9s\n` });
  st.match(said(verdict).at(-1), /^twinbeat.cf:2:6: error: lock may be set only once, and line 1 has it/);
  st.equal(verdict.config, undefined);
});

t.test('the watchdog resets a box that cannot let go within a third of the lease', async (st) => {
  for (const [keepalive, lease, least] of [
    ['500ms', 3, 3],
    ['500ms', 2, 3],
    ['1', 6, 6],
    ['1', 5, 6],
    ['2', 8, 9],
    ['100', 440, 450],
    ['200', 600, undefined],
  ] as const) {
    const cf = `${GOOD_CF}watchdog /dev/watchdog\nkeepalive ${keepalive}\ndeadtime 500\ninitdead 1000\n`;
    const verdict = load({ cf, twinbeat: `lock ${DISK} lease ${lease}s\n` });
    const errors = said(verdict).filter((line) => line.includes(' error: '));
    if (lease === least) {
      st.same(errors, [], keepalive);
      continue;
    }
    const mend = least === undefined ? 'lower keepalive in ha.cf' : `raise the lease to ${least}`;
    st.match(errors, [`more than a third of the lease ${lease} s: ${mend}`], keepalive);
    st.match(errors, [/^twinbeat.cf:1:35: error: lock: a box that cannot let go must be reset/]);
    if (least !== undefined)
      st.ok(load({ cf, twinbeat: `lock ${DISK} lease ${least}\n` }).config, 'what is proposed is accepted');
  }
});

t.test(
  'the agent sets its watchdog so that it is over in a third of every lease that is accepted',
  async (st) => {
    for (const keepalive of [250, 500, 1000, 2000]) {
      for (let lease = 1; lease <= 20; lease += 1) {
        const cf = `${GOOD_CF}watchdog /dev/watchdog\nkeepalive ${keepalive}ms\ndeadtime 30\n`;
        const { config } = load({ cf, twinbeat: `lock ${DISK} lease ${lease}\n` });
        if (config === undefined) continue;
        st.ok(
          watchdogTimeout(config) <= leaseTiming(lease * 1000).release,
          `${keepalive} ms, lease ${lease} s`,
        );
        st.ok(watchdogTimeout(config) >= 1.5 * keepalive);
      }
    }
  },
);

t.test('without a watchdog it is said what the lock does not help against', async (st) => {
  st.match(about(`lock ${DISK}`, GOOD_CF), [
    /^twinbeat.cf:1:6: warning: lock: ha.cf has no watchdog: an agent/,
  ]);
  st.equal(about(`lock ${DISK}`, GOOD_CF).length, 1);
});

t.test('how long a takeover waits is said where it is much longer than deadtime', async (st) => {
  const wait =
    /^twinbeat.cf:1:35: info: lock: a dead peer's lease ends after up to (.*): a takeover waits for that/;
  for (const [lease, said] of [
    ['9s', '13 s'],
    ['36s', '50 s'],
  ] as const) {
    st.equal(wait.exec(about(`lock ${DISK} lease ${lease}`, GUARDED)[0] ?? '')?.[1], said);
  }
  const slow = `${GOOD_CF}watchdog /dev/watchdog\ndeadtime 30\n`;
  st.equal(about(`lock ${DISK} lease 93s`, slow).length, 1);
  st.same(
    about(`lock ${DISK} lease 2s`, GOOD_CF).length,
    1,
    'shorter than deadtime: the watchdog alone is missed',
  );
});

t.test('auto_failback legacy does not go with it, nor does no such line', async (st) => {
  const legacy = GUARDED.replace('auto_failback on', 'auto_failback legacy');
  for (const cf of [legacy, GUARDED.replace('auto_failback on\n', '')]) {
    const verdict = load({ cf, twinbeat: `lock ${DISK} lease 9s\n` });
    st.match(
      verdict.diagnostics.filter(({ severity }) => severity === 'error'),
      [{ file: 'twinbeat.cf', line: 1, column: 6, text: 'lock does not go with auto_failback legacy' }],
    );
    st.equal(verdict.config, undefined);
  }
});

t.test('names that the kernel gives in the order in which it finds disks', async (st) => {
  const disks = [
    '/dev/sda',
    '/dev/sdab1',
    '/dev/vdb',
    '/dev/nvme0n1',
    '/dev/nvme1n1p2',
    '/dev/mapper/lock',
    DISK,
  ];
  const warned = disks.filter((disk) =>
    about(`lock ${disk}`, GOOD_CF, { disks }).some((line) => line.includes('may be another disk after')),
  );
  st.same(warned, disks.slice(0, 5));
});

t.test('a mistake in ha.cf or in the line itself gives one error', async (st) => {
  const broken = `${GUARDED}deadtime soon\n`;
  st.match(about(`lock ${DISK} lease 9s`, broken), [/^ha.cf:/]);
  st.equal(about(`lock ${DISK} lease 9s`, broken).filter((line) => line.includes(' error: ')).length, 1);
  st.match(about(`lock ${DISK} lease 9d`, GOOD_CF), [
    /^twinbeat.cf:1:35: error: lock lease "9d": there is no unit/,
  ]);
  st.equal(about(`lock ${DISK} lease 9d`, GOOD_CF).length, 1);
});
