import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { SystemdUnit } from '../../firmware-agent/resources/systemd.ts';

const never = new AbortController().signal;

/** A `systemctl` in a PATH of the test's own. */
function setUp(t: Test, body: string, start = 10_000) {
  const directory = t.testdir({ booted: {} });
  const path = join(directory, 'systemctl');
  writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\nD=${directory}\necho "$@" >> $D/calls\n${body}\n`);
  chmodSync(path, 0o755);
  const lines: string[] = [];
  const unit = new SystemdUnit(
    { kind: 'systemd', text: 'systemd::web', unit: 'web' },
    {
      environment: { PATH: `/nowhere::${directory}` },
      systemdMark: join(directory, 'booted'),
      log: (level, text) => lines.push(`${level}: ${text.replaceAll(directory, '')}`),
      limits: { start, stop: 10_000, status: 10_000, stopRetries: 2, stopDistance: 1, grace: 200 },
    },
  );
  const calls = (): string => readFileSync(join(directory, 'calls'), 'utf8');
  return { directory, unit, lines, calls };
}

t.test('started, stopped and asked by systemctl', async (t) => {
  const { unit, lines, calls } = setUp(t, 'exit 0');
  await unit.start();
  await unit.stop(never);
  await unit.status(never);
  t.equal(calls(), 'start web\nstop web\nis-active web\n');
  t.equal(lines[0], 'info: Running /systemctl start web');
});

t.test('what is-active says', async (t) => {
  for (const [said, expected] of [
    ['active', true],
    ['reloading', true],
    ['Warning: web.service changed on disk\nactive', true],
    ['inactive', false],
    ['failed', false],
    ['activating', false],
    ['', false],
  ] as const) {
    const { unit } = setUp(t, `printf '${said}\\n'; exit 3`);
    t.equal(await unit.status(never), expected, said);
  }
});

t.test('a start that fails or hangs', async (t) => {
  const failing = setUp(t, 'echo Job for web.service failed. >&2; exit 1');
  await t.rejects(failing.unit.start(), {
    message: /^Return code 1 from/,
    said: 'Job for web.service failed.',
  });
  const hanging = setUp(t, 'exec sleep 1000', 300);
  await t.rejects(hanging.unit.start(), {
    message: /systemctl start did not end within 0.3 s and was killed$/,
  });
});

t.test('a stop that fails: is-active decides', async (t) => {
  const failed = setUp(t, 'test $1 = is-active && echo failed; exit 1');
  await failed.unit.stop(never);
  t.equal(failed.calls(), 'stop web\nstop web\nstop web\nis-active web\n');
  for (const state of ['active', 'deactivating', 'unknown']) {
    const { unit } = setUp(t, `test $1 = is-active && echo ${state}; exit 1`);
    await t.rejects(unit.stop(never), { message: /^Return code 1/ }, `${state}: it may run`);
  }
});

t.test('a unit that is not there has nothing to stop', async (t) => {
  const { unit, calls } = setUp(t, 'echo Unit web.service not loaded. >&2; exit 5');
  await unit.stop(never);
  t.equal(calls(), 'stop web\n');
  await t.rejects(unit.start(), { message: /^Return code 5/, said: 'Unit web.service not loaded.' });
});

t.test('a box without systemd', async (t) => {
  const { directory, unit, lines } = setUp(t, 'exit 1');
  rmSync(join(directory, 'booted'), { recursive: true });
  await t.rejects(unit.start(), { message: 'Cannot start or stop web: this box does not run systemd' });
  const fresh = setUp(t, 'exit 1');
  rmSync(join(fresh.directory, 'systemctl'));
  await fresh.unit.stop(never);
  t.match(fresh.lines, [/^ERROR: Cannot start or stop web: .*: taken to be stopped\.$/]);
  t.same(lines, []);
});
