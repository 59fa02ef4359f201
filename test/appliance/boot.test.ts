import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ROOT } from '../../scripts/build/paths.ts';
import { EXECUTABLE } from '../../scripts/laboratory/node.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { initPackages, withoutSystemRoot } from '../../scripts/laboratory/system-root.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE } from '../laboratory/support/running-pair.ts';
import { skipUnless } from './support/needs.ts';
import { System } from './support/system.ts';

enterLaboratory();
t.setTimeout(300_000);

const skip = skipUnless(withoutSystemRoot());

/** A box with a pair's files, on which scripts/install has put what this init wants. */
async function installed(t: Test, ...words: string[]): Promise<System> {
  const system = await System.boot(t);
  await system.must('mkdir', '-p', '/root/scripts');
  for (const name of ['install', 'init']) await system.bring(join(ROOT, 'scripts', name), '/root/scripts/');
  await system.bring(EXECUTABLE, '/root/twinbeat');
  await system.must('/root/scripts/install', '--executable', '/root/twinbeat', ...words);
  await system.configure();
  return system;
}

/**
 * The box boots: this init is the first process, among processes of its own. What it says on the console is for nobody.
 * Gives what sends a signal to one of them.
 */
async function boot(
  system: System,
  init: string,
): Promise<(signal: string, pid: string) => Promise<unknown>> {
  const own = 'setsid unshare --pid --fork --kill-child --mount-proc';
  const start = `CONSOLE=/dev/null ${own} ${init} </dev/null >/dev/null 2>&1 & echo $! >/run/boot`;
  await system.must('sh', '-c', start);
  const find = 'pid=$(cat /run/boot); first=$(cat /proc/$pid/task/$pid/children)';
  return (signal, pid) =>
    system.must('sh', '-c', `${find}; nsenter --target $first --pid sh -c 'kill -${signal} ${pid}'`);
}

/** Wait for an agent, another one than `not`. */
async function agent(system: System, not: string | null = null): Promise<string> {
  let found: string | null = null;
  await until(
    'an agent',
    async () => {
      found = await system.agent();
      return found !== null && found !== not;
    },
    PATIENCE,
  );
  return found ?? '';
}

/** How often a text stands in the log. */
async function said(system: System, text: string): Promise<number> {
  return (await system.must('cat', '/var/log/ha-log')).split(text).length - 1;
}

async function wentDown(t: Test, system: System, starts: number): Promise<void> {
  await until('the end', async () => (await said(system, 'Heartbeat shutdown complete')) > 0, PATIENCE);
  t.equal(await system.agent(), null, 'it has ended');
  t.equal(await said(system, 'Configuration validated'), starts, 'and was not started again');
}

t.test('sysvinit boots a node with its runlevel, and stops it with another', { skip }, async (t) => {
  const system = await installed(t, '--init', 'sysv');
  for (const deb of initPackages('sysv')) await system.unpack(deb);
  // Its own table, but nobody logs in here.
  await system.must('sh', '-c', 'sed /getty/d /usr/share/sysvinit/inittab >/etc/inittab');
  await boot(system, '/sbin/init');
  await agent(system);
  await until('the runlevel', async () => (await system.run('runlevel')).stdout === 'N 2\n', PATIENCE);
  t.match(await system.must('/etc/init.d/heartbeat', 'status'), /running/);
  await system.must('telinit', '0');
  await wentDown(t, system, 1);
});

t.test("BusyBox's init boots a node, starts it again after a crash, and stops it", { skip }, async (t) => {
  const system = await installed(t, '--init', 'busybox', '--no-start');
  await system.bring('/bin/busybox', '/sbin/init');
  const signal = await boot(system, '/sbin/init');
  const first = await agent(system);
  await signal('KILL', first);
  await agent(system, first);
  await signal('USR2', '1');
  await wentDown(t, system, 2);
});
