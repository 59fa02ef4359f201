import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { scriptEnvironment } from '../../firmware-agent/resources/environment.ts';
import type { ProgramLimits } from '../../firmware-agent/resources/program.ts';
import { PATH, runScript } from '../../firmware-agent/resources/script.ts';
import { Script, saysRunning } from '../../firmware-agent/resources/script-resource.ts';
import { isGone, until } from './support/children.ts';

/** Short enough for a test; what is meant to end in time ends far below. */
const limits: ProgramLimits = {
  start: 10_000,
  stop: 10_000,
  status: 10_000,
  stopRetries: 3,
  stopDistance: 1,
  grace: 200,
};
const never = new AbortController().signal;

interface Options {
  readonly body: string;
  readonly args?: readonly string[];
  readonly limits?: Partial<ProgramLimits>;
  readonly environment?: Record<string, string>;
}

/** A resource with the script `web` in `resource.d` of a directory of its own. */
function setUp(t: Test, { body, args = [], limits: some = {}, environment = {} }: Options) {
  const directory = t.testdir({ 'resource.d': {}, 'init.d': {} });
  const path = write(directory, 'resource.d', body);
  const lines: string[] = [];
  const script = new Script(
    { kind: 'script', text: ['web', ...args].join('::'), script: 'web', args },
    {
      directories: [join(directory, 'resource.d'), join(directory, 'init.d')],
      environment: { PATH: process.env.PATH ?? '', D: directory, ...environment },
      log: (level, text) => lines.push(`${level}: ${text.replaceAll(directory, '')}`),
      limits: { ...limits, ...some },
    },
  );
  const notes = (name: string): string => readFileSync(join(directory, name), 'utf8');
  return { directory, path, lines, script, notes };
}

function write(directory: string, folder: string, body: string): string {
  const path = join(directory, folder, 'web');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

t.test('status: the output decides, whatever the exit code', async (t) => {
  const cases: readonly [string, boolean][] = [
    ['web is running', true],
    ['Running', true],
    ['OK', true],
    ['[  OK  ]', true],
    ['web is not running', false],
    ['Not Running', false],
    ['not Running, although the lock file says running', false],
    ['NOT RUNNING', false],
    ['RUNNING', false],
    ['ok', false],
    ['stopped', false],
    ['', false],
  ];
  for (const [output, expected] of cases) t.equal(saysRunning(output), expected, `"${output}"`);

  const up = setUp(t, { body: 'echo web is running; exit 3' });
  t.equal(await up.script.status(never), true);
  const down = setUp(t, { body: 'echo web is not running >&2; exit 0' });
  t.equal(await down.script.status(never), false, 'what it says on stderr counts, too');
});

t.test('called with its arguments and the action, without input, from /', async (t) => {
  const { lines, script, notes } = setUp(t, {
    body: 'echo "$@" > $D/args; pwd > $D/cwd; cat > $D/input; env > $D/env; echo $$ > $D/pid; ps -o pgid= -p $$ > $D/group',
    args: ['a b', '/dev/sda1'],
    environment: { HA_CURHOST: 'nodea' },
  });
  process.env.OF_THE_AGENT = '1';
  await script.start();
  t.equal(notes('args'), 'a b /dev/sda1 start\n');
  t.equal(notes('cwd'), '/\n');
  t.equal(notes('input'), '');
  t.match(notes('env'), /^HA_CURHOST=nodea$/m);
  t.notMatch(notes('env'), /OF_THE_AGENT/);
  t.equal(notes('group').trim(), notes('pid').trim(), 'in a process group of its own');
  t.same(lines, ['info: Running /resource.d/web a b /dev/sda1 start']);
});

t.test('resource.d comes before init.d; what is not executable is passed over', async (t) => {
  const { directory, path, lines, script } = setUp(t, { body: 'true' });
  write(directory, 'init.d', 'true');
  await script.start();
  chmodSync(path, 0o644);
  await script.start();
  t.same(lines, ['info: Running /resource.d/web  start', 'info: Running /init.d/web  start']);
});

t.test('a script that is nowhere', async (t) => {
  const { path, directory, lines, script } = setUp(t, { body: 'true' });
  chmodSync(path, 0o644);
  await t.rejects(script.status(never), { message: 'Cannot locate resource script web' });
  await t.rejects(script.start(), { message: 'Cannot locate resource script web' });
  await script.stop(never);
  t.same(lines, ['ERROR: Cannot locate resource script web: taken to be stopped.']);

  write(directory, 'init.d', 'true');
  await script.start();
  chmodSync(join(directory, 'init.d/web'), 0o644);
  await t.rejects(script.stop(never), { message: /Cannot locate/ }, 'started here: it may still run');
});

t.test('a script without a first line runs by the shell', async (t) => {
  const { path, script, notes } = setUp(t, { body: '' });
  writeFileSync(path, 'echo "$1" > $D/args\n');
  await script.start();
  t.equal(notes('args'), 'start\n');
});

t.test('a script that cannot be run is an error in words', async (t) => {
  const { path, script } = setUp(t, { body: '' });
  writeFileSync(path, '#!/nowhere/interpreter\n');
  await t.rejects(script.start(), { name: 'ResourceError', message: /^cannot run .*web: .*ENOENT/ });
});

t.test('a start that fails says so, with its last words', async (t) => {
  const { lines, script } = setUp(t, { body: 'echo trying; echo port 80 in use >&2; exit 7' });
  await t.rejects(script.start(), { message: /^Return code 7 from .*web$/, said: 'port 80 in use' });
  t.same(lines.slice(1).sort(), ['info: web start: port 80 in use', 'info: web start: trying']);
});

t.test('a start that is ended by a signal fails', async (t) => {
  const { script } = setUp(t, { body: 'kill -KILL $$' });
  await t.rejects(script.start(), { message: /web start was ended by SIGKILL$/ });
});

t.test('a start that hangs is ended at its limit, with its children', async (t) => {
  for (const [name, trap, childTrap] of [
    ['both obey', '', ''],
    ['neither does', "trap '' TERM;", ''],
    ['only the script does', '', "trap '' TERM;"],
  ]) {
    const { script, notes } = setUp(t, {
      body: `${trap} (${childTrap} exec sleep 1000) & echo $$ $! > $D/pids; echo waiting; wait`,
      limits: { start: 500 },
    });
    await t.rejects(script.start(), {
      message: /web start did not end within 0\.5 s and was killed$/,
      said: 'waiting',
    });
    for (const pid of notes('pids').trim().split(' ')) {
      t.ok(await until(() => isGone(pid)), `${name}: ${pid} is gone`);
    }
  }
});

t.test('that only SIGKILL can end a script is told, and that it did', async (t) => {
  const hang = async (body: string) => {
    const told: boolean[] = [];
    const run = {
      args: ['-c', body],
      environment: { PATH },
      limit: 300,
      grace: 300,
      onLine: () => undefined,
    };
    await runScript({ ...run, path: '/bin/sh', onHang: (hangs) => told.push(hangs) });
    return told;
  };
  t.same(await hang("trap '' TERM; sleep 1000 & wait; wait"), [true, false]);
  t.same(await hang('exec sleep 1000'), [], 'SIGTERM was enough');
  t.same(await hang('exit 0'), []);
});

t.test('a daemon that a script leaves behind keeps nobody waiting and keeps its output', async (t) => {
  const { directory, lines, script, notes } = setUp(t, {
    body: `case $1 in
start) (until test -e $D/go; do sleep 0.02; done; echo from the daemon; echo $? > $D/wrote; exec sleep 1000) &
  echo $! > $D/pid; echo started;;
stop) kill $(cat $D/pid);;
esac`,
  });
  await script.start();
  const pid = Number(notes('pid'));
  t.teardown(() => spawnSync('kill', ['-KILL', String(pid)]));
  t.doesNotThrow(() => process.kill(pid, 0), 'it lives on');
  writeFileSync(join(directory, 'go'), '');
  for (let count = 0; count < 500 && !lines.some((line) => line.endsWith('from the daemon')); count += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  t.ok(lines.includes('info: web start: from the daemon'), 'a broken pipe would have killed it');
  await script.stop(never);
  t.ok(await until(() => isGone(String(pid))));
});

t.test('a stop that fails is tried again so many times', async (t) => {
  const { lines, script, notes } = setUp(t, {
    body: 'echo $1 >> $D/calls; test $1 = status && echo running; exit 1',
  });
  await t.rejects(script.stop(never), { message: /^Return code 1 from .*web$/ }, 'it still runs');
  t.equal(notes('calls'), 'stop\nstop\nstop\nstop\nstatus\n');
  t.equal(lines.filter((line) => line === 'info: Retrying failed stop operation [web]').length, 3);
  t.equal(lines.filter((line) => line === 'ERROR: Return code 1 from /resource.d/web').length, 4);
});

t.test('a stop that succeeds in the end', async (t) => {
  const { script, notes } = setUp(t, {
    body: 'echo x >> $D/calls; test $(wc -l < $D/calls) -ge 3',
  });
  await script.stop(never);
  t.equal(notes('calls'), 'x\nx\nx\n');
});

t.test('a stop that fails where nothing runs is ignored with a warning', async (t) => {
  const { lines, script } = setUp(t, { body: 'test $1 = status && echo stopped; exit 1' });
  await script.stop(never);
  t.match(
    lines.find((line) => line.startsWith('WARN')),
    /web says that web is stopped, but its stop failed: ignored\./,
  );
});

t.test('a stop whose status hangs must be taken to run', async (t) => {
  const { lines, script } = setUp(t, {
    body: 'test $1 = status && sleep 1000; exit 1',
    limits: { stopRetries: 0, status: 300 },
  });
  await t.rejects(script.stop(never), { message: /^Return code 1/ });
  t.match(lines.at(-1), /^WARN: .*web status did not end within 0\.3 s and was killed$/);
});

t.test('a later wish ends the retries and the question, not the run', async (t) => {
  const wish = new AbortController();
  const { script, notes } = setUp(t, {
    body: 'echo $1 >> $D/calls; exit 1',
    limits: { stopDistance: 60_000 },
  });
  const stopping = script.stop(wish.signal);
  setTimeout(() => wish.abort(), 200);
  await t.rejects(stopping, { message: /^Return code 1/ });
  t.equal(notes('calls'), 'stop\n');

  const early = new AbortController();
  const busy = setUp(t, {
    body: 'echo $1 >> $D/calls; sleep 0.3; echo end >> $D/calls; exit 1',
    limits: { stopDistance: 60_000 },
  });
  setTimeout(() => early.abort(), 50);
  await t.rejects(busy.script.stop(early.signal), { message: /^Return code 1/ });
  t.equal(busy.notes('calls'), 'stop\nend\n');

  const question = new AbortController();
  const slow = setUp(t, { body: 'sleep 1000', limits: { status: 60_000 } });
  setTimeout(() => question.abort(), 100);
  t.equal(await slow.script.status(question.signal), false);
});

t.test('output of a flood does not stop the script', async (t) => {
  const { lines, script } = setUp(t, { body: 'yes | head -n 20000; echo done' });
  await script.start();
  t.ok(lines.length < 1_000, `${lines.length} lines told`);
});

t.test('the environment of scripts', async (t) => {
  const options = { self: 'nodea', configDir: '/etc/ha.d', logTargets: { debug: 1, syslogFormat: true } };
  t.match(scriptEnvironment(options), {
    LANG: 'C',
    HA_CURHOST: 'nodea',
    HA_DIR: '/etc/ha.d',
    HA_FUNCS: '/etc/ha.d/shellfuncs',
    HA_RCDIR: '/etc/ha.d/rc.d',
    HA_RESOURCEDIR: '/etc/ha.d/resource.d',
    HA_FIFO: '/var/lib/heartbeat/fifo',
    HA_OSTATUS: 'active',
    HA_NICEFAILBACK: 'yes',
    HA_RSCTMP: '/run/resource-agents',
    HA_LOGD: 'no',
    HA_LOGFACILITY: 'none',
    HA_DATEFMT: '%Y/%m/%d_%T\t',
    HA_debug: '1',
  });
  t.notOk('HA_LOGFILE' in scriptEnvironment(options));
  t.notOk('HA_NICEFAILBACK' in scriptEnvironment({ ...options, legacy: true }));
  t.match(scriptEnvironment({ ...options, directives: { keepalive: '500ms', DIR: '/elsewhere' } }), {
    HA_keepalive: '500ms',
    HA_DIR: '/etc/ha.d',
  });
  const logTargets = { ...options.logTargets, logfile: '/l', debugfile: '/d', facility: 'local0' };
  t.match(scriptEnvironment({ ...options, logTargets }), {
    HA_LOGFILE: '/l',
    HA_DEBUGLOG: '/d',
    HA_LOGFACILITY: 'local0',
  });
});
