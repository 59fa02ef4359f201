import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { OcfAgent } from '../../firmware-agent/resources/ocf.ts';

const never = new AbortController().signal;

/** An agent that does as the files say that the test puts beside it. */
function setUp(t: Test, body: string) {
  const root = t.testdir();
  const path = join(root, 'resource.d/acme/Web');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\nD=${root}\necho "$@" >> $D/calls\n${body}\n`);
  chmodSync(path, 0o755);
  const lines: string[] = [];
  const agent = new OcfAgent(
    {
      kind: 'ocf',
      text: 'OCF::acme:Web::w1',
      provider: 'acme',
      agent: 'Web',
      instance: 'w1',
      parameters: { ip: '10.0.0.1', words: 'a "b"' },
    },
    {
      ocfRoot: root,
      environment: { PATH: process.env.PATH ?? '', HA_RSCTMP: join(root, 'notes') },
      log: (level, text) => lines.push(`${level}: ${text.replaceAll(root, '')}`),
      limits: { start: 10_000, stop: 10_000, status: 10_000, stopRetries: 2, stopDistance: 1, grace: 200 },
    },
  );
  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  return { root, path, agent, lines, read };
}

t.test('called by its own interface', async (t) => {
  const { root, agent, lines, read } = setUp(t, 'env > $D/env; test -d "$HA_RSCTMP"');
  await agent.start();
  t.equal(read('calls'), 'start\n', 'no arguments but the action, and there is a place for notes');
  const env = read('env');
  for (const line of [
    `OCF_ROOT=${root}`,
    'OCF_RA_VERSION_MAJOR=1',
    'OCF_RESOURCE_INSTANCE=w1',
    'OCF_RESOURCE_TYPE=Web',
    'OCF_RESOURCE_PROVIDER=acme',
    'OCF_RESKEY_ip=10.0.0.1',
    'OCF_RESKEY_words=a "b"',
    'OCF_RESKEY_CRM_meta_timeout=10000',
  ]) {
    t.ok(env.split('\n').includes(line), line);
  }
  await agent.stop(never);
  await agent.status(never);
  t.equal(read('calls'), 'start\nstop\nmonitor\n');
  t.ok(lines.includes('info: Running /resource.d/acme/Web  start'), lines.join('|'));
});

t.test('exit codes of monitor', async (t) => {
  for (const [code, expected] of [
    [0, true],
    [8, true],
    [7, false],
    [5, false],
    [1, false],
  ] as const) {
    const { agent } = setUp(t, `echo running OK; exit ${code}`);
    t.equal(await agent.status(never), expected, `${code}, whatever it says`);
  }
});

t.test('what is neither running nor stopped is stopped first', async (t) => {
  for (const [code, calls] of [
    [1, 'monitor\nstop\nstart\n'],
    [7, 'monitor\nstart\n'],
  ] as const) {
    const { agent, read } = setUp(t, `test $1 = monitor && exit ${code}; exit 0`);
    await agent.status(never);
    await agent.start();
    t.equal(read('calls'), calls);
  }
  const { agent, read } = setUp(t, 'exit 1');
  await agent.status(never);
  await t.rejects(agent.start(), { message: /^Return code 1 from/ });
  t.equal(read('calls'), 'monitor\nstop\n', 'what does not stop is not started');
});

t.test('a stop that fails: monitor decides', async (t) => {
  const stopped = setUp(t, 'test $1 = monitor && exit 7; exit 1');
  await stopped.agent.stop(never);
  t.equal(stopped.read('calls'), 'stop\nstop\nstop\nmonitor\n');
  t.match(stopped.lines.at(-1), /^WARN: .* is not an OCF-compliant agent: stop must succeed/);
  for (const code of [0, 1, 9]) {
    const { agent } = setUp(t, `test $1 = monitor && exit ${code}; exit 1`);
    await t.rejects(agent.stop(never), { message: /^Return code 1 from/ }, `monitor ${code}: it may run`);
  }
});

t.test('what is not installed has nothing to stop and does not start', async (t) => {
  const { agent, read } = setUp(t, 'exit 5');
  await agent.stop(never);
  t.equal(read('calls'), 'stop\n');
  await t.rejects(agent.start(), { message: /^Return code 5 from/ });
  const nowhere = setUp(t, '');
  chmodSync(nowhere.path, 0o644);
  await t.rejects(nowhere.agent.start(), { message: /^Cannot locate OCF agent .*acme\/Web$/ });
});
