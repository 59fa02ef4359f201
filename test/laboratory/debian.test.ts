import t, { type Test } from 'tap';
import { layBench } from '../../scripts/laboratory/laboratory.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { type PerSeat, perSeat, type Seat } from '../../scripts/laboratory/seat.ts';
import { settingsOf } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { DAEMON, NamedNode, withoutPackage } from './support/named-node.ts';
import { PATIENCE, TIMES } from './support/running-pair.ts';

enterLaboratory();

const SCRIPTS = '/usr/share/heartbeat';
const INIT = '/etc/init.d/heartbeat';
const skip = withoutPackage() ?? false;

async function nodes(t: Test): Promise<PerSeat<NamedNode>> {
  const settings = settingsOf(TIMES);
  const bench = await layBench(settings.baud);
  t.teardown(() => bench.close());
  return perSeat((seat) => new NamedNode(bench.boxes[seat], settings));
}

t.test("Debian's own hb_standby and hb_takeover move what the agent holds", { skip }, async (t) => {
  const pair = await nodes(t);
  for (const node of Object.values(pair)) await node.boot();
  const holds = (seat: Seat, set: string) =>
    until(
      `${seat} to hold ${set}`,
      async () => (await pair[seat].ask('cl_status', 'rscstatus')).stdout.trim() === set,
      PATIENCE,
    );
  const script = async (seat: Seat, name: string, ...words: string[]) => {
    const { code, stderr } = await pair[seat].command(`${SCRIPTS}/${name}`, ...words);
    t.equal(code, 0, `${name} on ${seat}: ${stderr}`);
  };
  await Promise.all([holds('nodea', 'local'), holds('nodeb', 'local')]);
  await script('nodea', 'hb_standby');
  await Promise.all([holds('nodea', 'none'), holds('nodeb', 'all')]);
  await script('nodea', 'hb_takeover', 'failback');
  await Promise.all([holds('nodea', 'local'), holds('nodeb', 'local')]);
  await script('nodeb', 'hb_takeover');
  await Promise.all([holds('nodea', 'none'), holds('nodeb', 'all')]);
  await script('nodeb', 'hb_standby', 'failback');
  await Promise.all([holds('nodea', 'local'), holds('nodeb', 'local')]);

  const { stdout } = await pair.nodea.command('stat', '-c', '%F %a %u', '/var/lib/heartbeat/fifo');
  t.equal(stdout.trim(), 'fifo 600 0');
});

t.test("Debian's own init script starts, asks, reloads and stops the agent", { skip }, async (t) => {
  const { nodea } = await nodes(t);
  const init = async (action: string, code: number, said: RegExp) => {
    const outcome = await nodea.command(INIT, action);
    t.equal(outcome.code, code, `${action}: ${outcome.stderr}`);
    t.match(outcome.stdout + outcome.stderr, said, action);
  };
  await nodea.power();
  await init('status', 3, /heartbeat is stopped/);
  await init('start', 0, /Starting High-Availability services/);
  await init('status', 0, /heartbeat OK \[pid \d+ et al\] is running on nodea \[nodea\]/);
  const { stdout: pid } = await nodea.command('cat', '/run/heartbeat.pid');
  t.match(pid, /^ {1,9}\d+\n$/);
  t.equal(pid.length, 11, 'as Heartbeat writes it');
  const { stdout: process } = await nodea.command('ps', '-o', 'sid=,tty=', '-p', pid.trim());
  t.match(
    process.trim(),
    new RegExp(`^${pid.trim()} +\\?$`),
    'it leads a session of its own, without a terminal',
  );
  t.equal((await nodea.command('readlink', `/proc/${pid.trim()}/cwd`)).stdout.trim(), '/');
  await init('start', 0, /Starting High-Availability services/);
  t.equal((await nodea.command('cat', '/run/heartbeat.pid')).stdout, pid, 'one that runs is left alone');
  await init('reload', 0, /Signalling heartbeat pid \d+ to reread config files/);
  await init('status', 0, /heartbeat OK/);
  await init('stop', 0, /Stopping High-Availability services/);
  await init('status', 3, /heartbeat is stopped/);
  t.equal((await nodea.command('test', '-e', '/run/heartbeat.pid')).code, 1, 'its pid file is gone');
  await init('stop', 0, /Stopping High-Availability services/);
});

t.test('a start that fails says why, and leaves nothing behind', { skip }, async (t) => {
  const { nodea } = await nodes(t);
  await nodea.power();
  const holder = nodea.box.start(
    [process.execPath, '-e', "require('dgram').createSocket('udp4').bind(694)"],
    'holder',
  );
  t.teardown(() => holder.kill());
  const taken = async () => (await nodea.command('ss', '-lunH')).stdout.includes(':694 ');
  await until('the port to be taken', taken, PATIENCE);
  const { code, stderr } = await nodea.ask('heartbeat');
  t.equal(code, 1);
  t.match(stderr, /not started: x0 does not work: .*EADDRINUSE/);
  t.equal((await nodea.ask('heartbeat', '-s')).code, 3);
  holder.kill();
  await until('the port to be free', async () => !(await taken()), PATIENCE);

  nodea.writeSettings(settingsOf({ ...TIMES, directives: ['deadtime soon'] }));
  const broken = await nodea.ask('heartbeat');
  t.equal(broken.code, 6);
  t.match(broken.stderr, /^ha\.cf:\d+:10: error: deadtime "soon"/m);
  t.equal((await nodea.ask('heartbeat', '-s')).code, 3);

  nodea.writeSettings(settingsOf(TIMES));
  t.equal((await nodea.ask('heartbeat')).code, 0);
  const asNobody = await nodea.command('setpriv', '--reuid', '65534', '--clear-groups', DAEMON, '-k');
  t.equal(asNobody.code, 4);
  t.match(asNobody.stderr, /^ERROR: Could not kill pid \d+ : Operation not permitted\n$/);
  t.equal((await nodea.ask('heartbeat', '-s')).code, 0, 'it goes on');
});

t.test('in the foreground it is reloaded and stopped by the same names', { skip }, async (t) => {
  const { nodea } = await nodes(t);
  await nodea.power();
  nodea.startForeground();
  const active = async () => (await nodea.ask('cl_status', 'hbstatus')).code === 0;
  await until('nodea to be active', active, PATIENCE);
  const { stdout: pid } = await nodea.command('cat', '/run/heartbeat.pid');
  const { stdout: words } = await nodea.command('cat', `/proc/${pid.trim()}/cmdline`);
  t.match(words, /^twinbeat\0run\0/, 'what runs is always the same');

  nodea.writeSettings(settingsOf({ ...TIMES, directives: ['hopfudge 3'] }));
  const { code, stderr } = await nodea.ask('heartbeat', '-r');
  t.equal(code, 0);
  t.match(stderr, `Signalling heartbeat pid ${pid.trim()} to reread config files`);
  const hopfudge = async () => (await nodea.ask('cl_status', 'hbparameter', '-p', 'hopfudge')).stdout;
  await until('the new value', async () => (await hopfudge()) === '3\n', PATIENCE);
  t.equal((await nodea.command('cat', '/run/heartbeat.pid')).stdout, pid, 'the same process');
  t.equal((await nodea.ask('heartbeat', '-k')).code, 0);
  t.equal((await nodea.ask('heartbeat', '-s')).code, 3);
});
