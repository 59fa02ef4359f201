import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { FenceDevice } from '../../firmware-agent/config/config.ts';
import { invocationOf } from '../../firmware-agent/fencing/device.ts';
import { type FenceResult, Fencer } from '../../firmware-agent/fencing/fencer.ts';
import type { FenceLimits } from '../../firmware-agent/fencing/run-device.ts';
import { isGone, until } from './support/children.ts';

/** Nothing but a hanging program gets near it. */
const patient: FenceLimits = { limit: 60_000, grace: 500 };

interface Options {
  readonly limits?: FenceLimits;
  /** Programs by name, each with a directory D of their own in common. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly devices: (path: (program: string) => string) => readonly FenceDevice[];
}

function setUp(t: Test, { programs = {}, files = {}, limits = patient, devices }: Options) {
  const directory = t.testdir(files);
  const path = (name: string): string => join(directory, name);
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(path(name), `#!/bin/sh\nD='${directory}'\n${body}\n`);
    chmodSync(path(name), 0o755);
  }
  const lines: string[] = [];
  const fencer = new Fencer({
    devices: devices(path),
    self: 'alpha',
    peer: 'beta',
    log: (level, text) => lines.push(`${level}: ${text.replaceAll(`${directory}/`, '')}`),
    limits,
  });
  const fence = async (): Promise<FenceResult> => {
    const result = await new Promise<FenceResult>((resolve) => fencer.fence(resolve));
    return { ...result, text: result.text.replaceAll(`${directory}/`, '') };
  };
  const has = (name: string): boolean => existsSync(path(name));
  const notes = (name: string): string => (has(name) ? readFileSync(path(name), 'utf8') : '');
  const note = (name: string): void => writeFileSync(path(name), '');
  return { fencer, fence, lines, has, notes, note };
}

/** Programs as shell commands, in their order. */
function commands(...names: readonly string[]): Options['devices'] {
  return (path) => names.map((name) => ({ kind: 'command', command: `${path(name)} now` }));
}

function agent(options: readonly string[]): Options['devices'] {
  return (path) => [{ kind: 'agent', program: path('fence_test'), options }];
}

t.test('a command that succeeds', async (t) => {
  const { fence, lines, notes } = setUp(t, {
    programs: { pdu: 'env > $D/env; echo "$@" > $D/args; echo done' },
    devices: commands('pdu'),
  });
  process.env.OF_THE_AGENT = '1';
  t.same(await fence(), { ok: true, text: 'beta was reset with pdu' });
  t.same(lines, ['info: Resetting node beta with [pdu]', 'debug: pdu: done', 'info: node beta now reset.']);
  t.match(notes('env'), /^TWINBEAT_NODE=alpha$/m);
  t.match(notes('env'), /^TWINBEAT_PEER=beta$/m);
  t.notMatch(notes('env'), /OF_THE_AGENT/);
  t.equal(notes('args'), 'now\n');
});

t.test('nothing is started, and nobody is told, in the turn of the caller', async (t) => {
  const { fencer, lines, has } = setUp(t, { programs: { pdu: 'touch $D/ran' }, devices: commands('pdu') });
  let told = 0;
  fencer.fence(() => {
    told += 1;
  });
  for (let count = 0; count < 20; count += 1) await Promise.resolve();
  t.same(lines, []);
  t.equal(told, 0);
  t.ok(await until(() => told === 1));
  t.ok(has('ran'));
});

t.test('a command that fails: what it printed is in the log, fit for one, and bounded', async (t) => {
  const { fence, lines } = setUp(t, {
    programs: { pdu: "seq 1 30; printf 'no \\033[31mline\\007\\n' >&2; exit 3" },
    devices: commands('pdu'),
  });
  t.same(await fence(), { ok: false, text: 'beta was not reset: pdu: return code 3 (no  [31mline)' });
  t.equal(lines[0], 'info: Resetting node beta with [pdu]');
  t.same(lines.slice(-2), ['WARN: pdu: return code 3 (no  [31mline).', 'ERROR: Host beta not reset!']);
  t.equal(lines.length, 1 + 20 + 2, 'its last 20 lines');
  t.ok(lines.includes('info: pdu: no  [31mline'));
});

t.test('devices are tried in their order, and none after the first that succeeds', async (t) => {
  const { fence, lines, notes } = setUp(t, {
    programs: {
      first: 'echo first >> $D/order; exit 1',
      second: 'echo second >> $D/order',
      third: 'echo third >> $D/order',
    },
    devices: (path) => [{ kind: 'manual' }, ...commands('first', 'second', 'third')(path)],
  });
  t.same(await fence(), { ok: true, text: 'beta was reset with second' });
  t.equal(notes('order'), 'first\nsecond\n');
  t.same(lines, [
    'info: Resetting node beta with [first]',
    'WARN: first: return code 1.',
    'info: Resetting node beta with [second]',
    'info: node beta now reset.',
  ]);
});

t.test('a device that hangs is ended with its children, whatever it says then', async (t) => {
  const hangs = `(trap '' TERM; exec sleep 1000) & echo $! > $D/pid; while :; do sleep 0.05; done`;
  for (const [name, trap] of [
    ['it obeys and says that all is well', `trap 'exit 0' TERM`],
    ['it does not obey', `trap '' TERM`],
  ] as const) {
    const { fence, notes, lines } = setUp(t, {
      programs: { slow: `${trap}; echo dialing; ${hangs}`, second: 'true' },
      devices: commands('slow', 'second'),
      limits: { limit: 2_000, grace: 300 },
    });
    t.same(await fence(), { ok: true, text: 'beta was reset with second' }, name);
    t.ok(await until(() => isGone(notes('pid'))), `${name}: its child is gone`);
    t.ok(lines.some((line) => /^WARN: slow: did not end within 2 s and was killed/.test(line)));
    t.ok(lines.includes('info: slow: dialing'));
  }
});

t.test('what is ended has its grace, and goes no further', async (t) => {
  const kinds: readonly [string, Options['devices']][] = [
    ['command', (path) => [{ kind: 'command', command: `${path('slow')}; touch ${path('further')}` }]],
    ['agent', (path) => [{ kind: 'agent', program: path('slow'), options: [] }]],
  ];
  for (const [kind, devices] of kinds) {
    const { fence, has } = setUp(t, {
      programs: { slow: `trap 'sleep 0.2; touch $D/over; exit 0' TERM; while :; do sleep 0.05; done` },
      devices,
      limits: { limit: 2_000, grace: 30_000 },
    });
    t.match(await fence(), { ok: false });
    t.ok(has('over'), kind);
    t.notOk(has('further'));
  }
});

t.test('an agent hangs: the shell that feeds it goes with it', async (t) => {
  const { fence, notes } = setUp(t, {
    programs: { fence_test: `trap '' TERM; echo $PPID $$ > $D/pids; while :; do sleep 0.05; done` },
    devices: agent([]),
    limits: { limit: 2_000, grace: 300 },
  });
  const { ok, text } = await fence();
  t.notOk(ok);
  t.match(text, /: did not end within 2 s and was killed$/);
  const pids = notes('pids').trim().split(' ');
  t.equal(pids.length, 2);
  for (const pid of pids) t.ok(await until(() => isGone(pid)));
});

const records = `cat > $D/input; env > $D/env; cat /proc/$$/cmdline /proc/$PPID/cmdline > $D/argv; echo $# > $D/count`;

t.test('an agent reads its options, and what they leave open', async (t) => {
  const cases: readonly [readonly string[], string][] = [
    [
      ['ipaddr=10.0.0.9', 'passwd=a=b c'],
      'ipaddr=10.0.0.9\npasswd=a=b c\naction=reboot\nnodename=beta\nport=beta\n',
    ],
    [['port=3', 'action=off'], 'port=3\naction=off\nnodename=beta\n'],
    [['plug=3', 'option=OFF', 'nodename=b'], 'plug=3\noption=OFF\nnodename=b\n'],
  ];
  for (const [options, input] of cases) {
    const { fence, notes } = setUp(t, { programs: { fence_test: records }, devices: agent(options) });
    t.same(await fence(), { ok: true, text: 'beta was reset with fence_test' });
    t.equal(notes('input'), input);
    t.match(notes('env'), /^TWINBEAT_PEER=beta$/m);
    t.equal(notes('count'), '0\n');
  }
});

t.test('secrets are in no argument, not in the environment, and not in the log', async (t) => {
  const { fence, lines, notes } = setUp(t, {
    programs: { fence_test: `${records}; cat $D/input; echo "login with s3cret refused" >&2; exit 1` },
    devices: agent(['login=admin', 'passwd=s3cret', 'snmp_priv_passwd=s3cret-too']),
  });
  const { ok, text } = await fence();
  t.notOk(ok);
  t.match(notes('input'), /^passwd=s3cret$/m, 'the agent got it');
  t.match(notes('argv'), /fence_test/);
  for (const [where, what] of [
    ['argv', notes('argv')],
    ['env', notes('env')],
    ['log', lines.join('\n')],
    ['result', text],
  ] as const) {
    t.notMatch(what, /s3cret|-too/, where);
  }
  t.ok(lines.includes('info: fence_test: snmp_priv_passwd=***'));
  t.match(text, /\(login with \*\*\* refused\)$/);
});

t.test('an agent that is asked for something else has fenced nothing', async (t) => {
  for (const option of ['action=status', 'action=on', 'option=Monitor', 'action=']) {
    const { fence, has } = setUp(t, {
      programs: { fence_test: 'touch $D/ran' },
      devices: agent(['action=off', option]),
    });
    const { ok } = await fence();
    t.notOk(ok, option);
    t.notOk(has('ran'), option);
  }
});

t.test('an agent that takes nothing of its input', async (t) => {
  const { fence } = setUp(t, {
    programs: { fence_test: 'exec <&-; exit 0' },
    devices: agent([`comment=${'x'.repeat(100_000)}`]),
  });
  t.match(await fence(), { ok: true });
});

t.test('programs that are missing or cannot be run', async (t) => {
  const { fence } = setUp(t, {
    devices: () => [
      { kind: 'agent', program: 'fence_nosuch', options: [] },
      { kind: 'agent', program: '/etc/passwd', options: [] },
      { kind: 'command', command: '/nosuch/pdu-off -s secret' },
    ],
  });
  const { ok, text } = await fence();
  t.notOk(ok);
  t.match(text, /fence_nosuch: return code 127 \(there is no fence_nosuch on this machine: install it/);
  t.match(text, /[; ]passwd: return code 12[67] /);
  t.match(text, /\/nosuch\/pdu-off: return code 127 /);
  t.notMatch(text, /secret/);
});

t.test('a human alone never succeeds by itself', async (t) => {
  const { fence, lines } = setUp(t, { devices: () => [{ kind: 'manual' }] });
  t.same(await fence(), {
    ok: false,
    text: 'nothing here can reset beta; switch it off, then run "twinbeat fence-ack beta" on this node',
  });
  t.same(lines, []);

  const after = setUp(t, {
    programs: { pdu: 'exit 1' },
    devices: (path) => [...commands('pdu')(path), { kind: 'manual' }],
  });
  t.same(await after.fence(), {
    ok: false,
    text:
      'beta was not reset: pdu: return code 1; ' +
      'switch it off, then run "twinbeat fence-ack beta" on this node',
  });
});

t.test('no device at all', async (t) => {
  const { fence } = setUp(t, { devices: () => [] });
  t.same(await fence(), { ok: false, text: 'nothing here can reset beta' });
});

/** Runs until the file `go` is there, and says so. */
const waits = 'echo $$ >> $D/runs; while [ ! -e $D/go ]; do sleep 0.05; done; touch $D/went';

t.test('one at a time: who asks meanwhile is told no', async (t) => {
  const { fence, has, notes, note } = setUp(t, { programs: { pdu: waits }, devices: commands('pdu') });
  const first = fence();
  t.same(await fence(), { ok: false, text: 'beta is being fenced already' });
  t.ok(await until(() => has('runs')));
  t.same(await fence(), { ok: false, text: 'beta is being fenced already' });
  note('go');
  t.match(await first, { ok: true });
  t.match(await fence(), { ok: true }, 'and then again');
  t.equal(notes('runs').trim().split('\n').length, 2);
});

t.test('one that is cancelled ends, tells nobody, and is over before the next begins', async (t) => {
  const { fencer, fence, lines, has, notes, note } = setUp(t, {
    programs: {
      pdu: `trap 'sleep 0.2; touch $D/over; exit 0' TERM; [ ! -e $D/runs ] || ls $D/over > $D/seen; ${waits}`,
      second: 'touch $D/second-ran',
    },
    devices: commands('pdu', 'second'),
    limits: { limit: 60_000, grace: 30_000 },
  });
  let told = 0;
  fencer.fence(() => {
    told += 1;
  });
  t.ok(await until(() => has('runs')));
  const cancelled = fencer.cancel();
  const next = fence();
  await cancelled;
  t.ok(has('over'), 'it had its grace');
  t.ok(isGone(notes('runs').split('\n')[0] ?? ''));
  note('go');
  t.match(await next, { ok: true, text: 'beta was reset with pdu' });
  t.match(notes('seen'), /over/, 'the next began when it was over');
  t.notOk(has('second-ran'), 'the other devices of one that was cancelled are left alone');
  t.equal(told, 0);
  t.equal(lines.filter((line) => /^WARN: pdu: ended before it was done/.test(line)).length, 1);
  t.notOk(lines.includes('ERROR: Host beta not reset!'));
});

t.test('cancelled before it began: nothing is run', async (t) => {
  const { fencer, lines, has } = setUp(t, { programs: { pdu: 'touch $D/ran' }, devices: commands('pdu') });
  fencer.fence(() => t.fail('told'));
  await fencer.cancel();
  await fencer.cancel();
  t.notOk(has('ran'));
  t.same(lines, []);
});

t.test('the end of the agent ends what runs, and nothing is begun any more', async (t) => {
  const { fencer, lines, has, notes } = setUp(t, {
    programs: { pdu: `trap '' TERM; ${waits}` },
    devices: commands('pdu'),
  });
  fencer.fence(() => t.fail('told'));
  t.ok(await until(() => has('runs')));
  await fencer.close();
  t.ok(await until(() => isGone(notes('runs'))));
  const told = lines.length;
  fencer.fence(() => t.fail('told'));
  for (let count = 0; count < 20; count += 1) await setImmediate();
  t.equal(lines.length, told);
  await fencer.close();
  t.equal(notes('runs').trim().split('\n').length, 1);
});

const noStonith = existsSync('/usr/sbin/stonith')
  ? false
  : 'there is no stonith command here (package cluster-glue)';

t.test('the stonith command', { skip: noStonith }, async (t) => {
  const stonith = async (type: string, how: { parameters: string } | { file: string }) => {
    const { fence, lines } = setUp(t, {
      files: { hosts: '# both\nalpha beta\n' },
      devices: (path) => [{ kind: 'stonith', type, ...('file' in how ? { file: path(how.file) } : how) }],
    });
    return { ...(await fence()), lines };
  };
  t.match(await stonith('null', { parameters: 'alpha beta' }), {
    ok: true,
    text: 'beta was reset with stonith null',
    lines: ['info: Resetting node beta with [stonith null]', 'info: node beta now reset.'],
  });
  t.match(await stonith('null', { parameters: '' }), { ok: false }, 'it wants parameters');
  t.match(await stonith('nosuch', { parameters: 'beta' }), {
    ok: false,
    text: /^beta was not reset: stonith nosuch: return code \d+/,
  });
  t.match(await stonith('null', { file: 'hosts' }), { ok: true });
  t.match(await stonith('null', { file: 'nosuch' }), { ok: false });
});

t.test('the parameters of a stonith device are no arguments', async (t) => {
  const device = { kind: 'stonith', type: 'apcmaster', parameters: '10.0.0.9 apc s3cret' } as const;
  const { args, environment, secrets } = invocationOf(device, 'alpha', 'beta');
  t.same(args.slice(-8), ['stonith', '-t', 'apcmaster', '-F', '/dev/stdin', '-T', 'reset', 'beta']);
  t.notMatch(args.join(' '), /s3cret/);
  t.equal(environment.FENCE_INPUT, device.parameters);
  t.ok(secrets.includes('s3cret'));
});
