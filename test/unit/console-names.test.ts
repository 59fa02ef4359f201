import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import type { AgentOptions, CommandContext } from '../../firmware-agent/console/command-context.ts';
import { type Answer as Agreement, socketPath } from '../../firmware-agent/console/control-protocol.ts';
import { startControlServer } from '../../firmware-agent/console/control-server.ts';
import { getopt } from '../../firmware-agent/console/names/getopt.ts';
import { commandNamed } from '../../firmware-agent/console/names/names.ts';
import { parametersOf } from '../../firmware-agent/console/parameters.ts';
import type { StatusReport } from '../../firmware-agent/console/report.ts';
import { callerOf } from '../../hw/caller.ts';
import type { Question, StateName } from '../recorded/questions.ts';
import { type Answer, normal, readRecording } from '../recorded/recording.ts';
import { LONE } from '../recorded/states.ts';
import { healthy, link } from './support/healthy-report.ts';

const recording = readRecording();

/** Not tap's own: a socket's path is short. */
function shortDir(t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'twinbeat-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'run');
}

/** Ask by a name, with what a terminal shows. */
async function ask(runDir: string, [name, ...words]: Question, more: Partial<CommandContext> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const context: CommandContext = {
    terminal: { out: (line) => out.push(`${line}\n`), err: (line) => err.push(`${line}\n`), screen: null },
    machine: {
      serialPorts: async () => [],
      broadcastless: async () => [],
      neighbour: async () => ({ reason: 'nobody' }),
    },
    runAgent: async () => 70,
    startDaemon: async () => 71,
    becomeAgent: () => {},
    ...more,
  };
  const given = [...words, '--run-dir', runDir, '--config-dir', `${runDir}/no-files`];
  const code = await commandNamed(`/usr/sbin/${name}`)(given, context, name);
  return { code, stdout: out.join(''), stderr: err.join('') };
}

async function serve(
  t: Test,
  status: () => StatusReport,
  agrees: Agreement = { ok: true, text: 'done' },
  report: (text: string) => void = (text) => t.fail(text),
) {
  const runDir = shortDir(t);
  const moved: string[] = [];
  const move = (command: string) => async (set: string, progress: (text: string) => void) => {
    moved.push(`${command} ${set}`);
    if (!agrees.ok) return agrees;
    progress('asking nodeb ...');
    return new Promise<Agreement>(() => {});
  };
  const server = await startControlServer({
    api: {},
    callerOf,
    runDir,
    report,
    handlers: {
      status,
      standby: move('standby'),
      takeover: move('takeover'),
      confirm: async () => agrees,
      fenceAck: async () => agrees,
    },
  });
  t.teardown(() => server.close());
  return { runDir, moved };
}

/** Those of the recording that a picture of the state is enough for. */
function recorded(state: StateName, name: string): Answer[] {
  return recording[state].filter(({ question }) => question[0] === name);
}

async function compare(t: Test, runDir: string, answers: readonly Answer[]): Promise<void> {
  t.ok(answers.length > 0);
  const names = { [` ${hostname()} `]: ' nodea ' };
  for (const answer of answers) {
    const outcome = await ask(runDir, answer.question);
    t.same(normal(answer.question, outcome, names), answer, answer.question.join(' '));
  }
}

function configured(
  t: Test,
  lines: readonly string[],
  times: { initdead: number; warntime: number; deadping: number },
) {
  const directory = t.testdir({ 'ha.cf': `${lines.join('\n')}\n` });
  return parametersOf({ directory, ...times });
}

/** The pair of the recording with each node holding its own. */
function own(t: Test): StatusReport {
  const lines = [
    'logfile BOX/ha-log',
    'keepalive 500ms',
    'deadtime 4000ms',
    'warntime 2000ms',
    'initdead 6000ms',
  ];
  const rest = [
    'udpport 694',
    'baud 19200 # bauds',
    'serial SERIAL',
    'ucast x0 10.77.0.2',
    'auto_failback on',
  ];
  return {
    ...healthy,
    holds: 'local',
    peer: { ...healthy.peer, holds: 'local' },
    links: [link('SERIAL'), link('x0', { medium: 'ucast' })],
    pings: [
      { name: '10.78.0.1', status: 'ping', lastAnswer: 3 },
      { name: 'gate', status: 'ping', lastAnswer: 3 },
    ],
    parameters: configured(t, [...lines, ...rest], { deadping: 4000, initdead: 6000, warntime: 2000 }),
  };
}

t.test('cl_status answers every question as the real one did', async (t) => {
  const report = own(t);
  const { runDir } = await serve(t, () => report);
  await compare(t, runDir, recorded('own', 'cl_status'));
});

t.test('cl_status of a node whose peer is dead, and of one that is alone', async (t) => {
  const down = (name: string) => link(name, { medium: name === 'x0' ? 'ucast' : 'serial', state: 'down' });
  const dead: StatusReport = {
    ...own(t),
    holds: 'all',
    peer: { ...healthy.peer, status: 'dead', stable: false },
    links: [down('SERIAL'), down('x0')],
  };
  const { runDir } = await serve(t, () => dead);
  await compare(t, runDir, recorded('dead', 'cl_status'));

  const parameters = configured(t, LONE, { deadping: 3500, initdead: 12000, warntime: 1750 });
  const alone: StatusReport = { ...dead, links: [down('x0')], pings: [], parameters };
  const other = await serve(t, () => alone);
  await compare(t, other.runDir, recorded('lone', 'cl_status'));
});

t.test('a node in motion holds "transition"; one that is not active yet answers nothing', async (t) => {
  let report: StatusReport = { ...healthy, peer: { ...healthy.peer, stable: false } };
  const { runDir } = await serve(t, () => report);
  t.equal((await ask(runDir, ['cl_status', 'rscstatus'])).stdout, 'transition\n');
  report = { ...healthy, stable: false };
  t.equal((await ask(runDir, ['cl_status', 'rscstatus'])).stdout, 'transition\n');
  report = { ...healthy, status: 'up' };
  const { code, stdout, stderr } = await ask(runDir, ['cl_status', 'rscstatus']);
  t.same([code, stdout], [1, '']);
  t.match(stderr, 'Cannot signon with heartbeat');
  t.equal((await ask(runDir, ['cl_status', 'hbstatus'])).code, 1);
});

t.test('hbstatus tells a user who may not ask that it runs', async (t) => {
  const runDir = shortDir(t);
  mkdirSync(runDir);
  const server = createServer((socket) => {
    socket.end(`${JSON.stringify({ ok: false, forbidden: true, text: 'only root may ask' })}\n`);
  });
  await once(server.listen(socketPath(runDir)), 'listening');
  t.teardown(() => server.close());
  const hbstatus = (...words: string[]) => ask(runDir, ['cl_status', 'hbstatus', ...words]);
  writeFileSync(`${runDir}.pid`, `${process.pid}\n`);
  t.match(await hbstatus(), { code: 0, stdout: 'Heartbeat is running on this machine.\n', stderr: '' });
  t.equal((await hbstatus('-v')).stdout, 'Heartbeat is running on this machine.\n(only root may ask)\n');
  const { code, stderr } = await ask(runDir, ['cl_status', 'nodestatus', 'nodea']);
  t.equal(code, 1);
  t.match(stderr, 'REASON: only root may ask');
  rmSync(`${runDir}.pid`);
  t.equal((await hbstatus()).code, 1, 'a socket that is closed to this user may be what a dead agent left');
});

t.test('without an agent each name says what the real one says', async (t) => {
  const asked = recording.stopped.filter(({ question }) => question.join(' ') !== 'heartbeat -s');
  await compare(t, shortDir(t), asked);
});

t.test('ipfail is the one client there is, and only of itself a node knows', async (t) => {
  let report: StatusReport = { ...healthy, ipfail: true };
  const { runDir } = await serve(t, () => report);
  const of = async (node: string) => (await ask(runDir, ['cl_status', 'clientstatus', node, 'ipfail'])).code;
  t.same([await of('nodea'), await of('nodeb'), await of('nobody')], [0, 13, 13]);
  report = healthy;
  t.same([await of('nodea'), await of('nodeb')], [1, 1]);
});

t.test('hb_standby and hb_takeover ask, and do not wait for the end', async (t) => {
  const { runDir, moved } = await serve(t, () => healthy);
  const said = await ask(runDir, ['hb_standby', 'failback']);
  t.equal(said.code, 0);
  t.match(said.stderr, /^[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d Going standby \[foreign\]\.\n$/);
  t.same(await ask(runDir, ['hb_takeover', 'local']), { code: 0, stdout: '', stderr: '' });
  await ask(runDir, ['hb_takeover']);
  t.same(moved, ['standby failback', 'takeover local', 'takeover all']);
});

t.test('what the agent refuses is said, and is no failure of the command', async (t) => {
  const { runDir } = await serve(t, () => healthy, { ok: false, text: 'nodeb is dead' });
  t.same(await ask(runDir, ['hb_takeover']), { code: 0, stdout: '', stderr: 'nodeb is dead\n' });
});

t.test('a command that nobody hears fails at once', async (t) => {
  for (const name of ['hb_standby', 'hb_takeover'] as const) {
    const { code, stderr } = await ask(shortDir(t), [name]);
    t.equal(code, 1);
    t.match(stderr, 'no agent answers');
  }
});

t.test('heartbeat starts a daemon, or stays in the foreground, only where none runs', async (t) => {
  const nobody = shortDir(t);
  t.equal((await ask(nobody, ['heartbeat'])).code, 71);
  t.equal((await ask(nobody, ['heartbeat', '-d', '-l'])).code, 71);
  t.equal((await ask(nobody, ['heartbeat', '-r'])).code, 71, 'a reload starts what does not run');
  t.equal((await ask(nobody, ['heartbeat', '-f'])).code, 70);
  t.equal((await ask(nobody, ['heartbeat', '-M'])).code, 2);

  const { runDir } = await serve(t, () => healthy);
  for (const option of ['-d', '-f']) {
    const { code, stderr } = await ask(runDir, ['heartbeat', option]);
    t.equal(code, 6, 'a broken configuration is refused first');
    t.match(stderr, /there is no .*ha\.cf/);
    t.match(stderr, /ERROR: Configuration error, heartbeat not started\.\n$/);
  }
  const { code, stderr } = await ask(runDir, ['heartbeat', '-r']);
  t.equal(code, 1);
  t.match(stderr, `info: Config errors: Heartbeat pid ${healthy.pid} NOT restarted`);
});

t.test('heartbeat -d: each raises the debug level of the agent that is started', async (t) => {
  const levels: unknown[] = [];
  const startDaemon = async ({ debug }: AgentOptions) => {
    levels.push(debug);
    return 0;
  };
  for (const words of [[], ['-d'], ['-dd', '-d']])
    t.equal((await ask(shortDir(t), ['heartbeat', ...words], { startDaemon })).code, 0);
  t.same(levels, [0, 1, 3]);
});

t.test('heartbeat -s tells a dead agent from a stopped one, and believes no recycled pid', async (t) => {
  const runDir = shortDir(t);
  t.same(await ask(runDir, ['heartbeat', '-s']), {
    code: 3,
    stdout: 'heartbeat is stopped. No process\n',
    stderr: '',
  });
  writeFileSync(`${runDir}.pid`, 'nonsense\n');
  t.equal((await ask(runDir, ['heartbeat', '-s'])).code, 3);
  writeFileSync(`${runDir}.pid`, '1\n');
  t.same(await ask(runDir, ['heartbeat', '-s']), {
    code: 1,
    stdout: 'heartbeat is stopped. No process\n',
    stderr: '',
  });
  t.equal((await ask(runDir, ['heartbeat', '-k'])).stderr, 'INFO: Heartbeat already stopped.\n');
});

t.test('an agent that is starting runs, by its pid file', async (t) => {
  const failures: string[] = [];
  const starting = (): StatusReport => {
    throw new Error('the agent is starting');
  };
  const { runDir } = await serve(t, starting, undefined, (text) => failures.push(text));
  writeFileSync(`${runDir}.pid`, `${process.pid}\n`);
  const { code, stdout } = await ask(runDir, ['heartbeat', '-s']);
  t.equal(code, 0);
  const host = hostname();
  t.equal(stdout, `heartbeat OK [pid ${process.pid} et al] is running on ${host} [${host}]...\n`);
  t.equal(failures.length, 1);
});

t.test('an agent that nobody hears for a moment, as while it starts anew, still runs', async (t) => {
  const runDir = shortDir(t);
  writeFileSync(`${runDir}.pid`, `${process.pid}\n`);
  const asked = ask(runDir, ['heartbeat', '-s']);
  const server = await startControlServer({
    api: {},
    callerOf,
    runDir,
    report: (text) => t.fail(text),
    handlers: { status: () => healthy } as unknown as Parameters<typeof startControlServer>[0]['handlers'],
  });
  t.teardown(() => server.close());
  t.match(await asked, { code: 0, stdout: `heartbeat OK [pid ${healthy.pid} et al]` });
});

t.test('each name helps', async (t) => {
  const dir = shortDir(t);
  const heartbeat = await ask(dir, ['heartbeat', '--help']);
  t.equal(heartbeat.code, 0);
  for (const letter of 'fksrVDvdl') t.match(heartbeat.stdout, ` -${letter} `);
  const status = await ask(dir, ['cl_status', '--help']);
  t.equal(status.code, 0);
  t.match(status.stdout, /^Usage: cl_status/);
  t.match(status.stdout, '--run-dir DIR');
});

t.test('getopt reads options and words in any order', async (t) => {
  const read = getopt(['a', '-mp', 'x', '-py', 'b', '--', '-z'], 'mp:');
  t.same(read.letters, ['m', 'p', 'p']);
  t.same([...read.values], [['p', 'y']]);
  t.same(read.words, ['a', 'b', '-z']);
  t.same(read.faults, []);
  t.same(getopt(['-:', '-xm', '-p'], 'mp:').faults, [
    "invalid option -- ':'",
    "invalid option -- 'x'",
    "option requires an argument -- 'p'",
  ]);
});

const main = join(import.meta.dirname, '../../firmware-agent/main.ts');

/** The program itself, called by a link. */
function run(t: Test, name: string, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const link = join(mkdtempSync(join(tmpdir(), 'twinbeat-')), name);
  symlinkSync(process.execPath, link);
  t.teardown(() => rmSync(dirname(link), { recursive: true }));
  return new Promise((resolve) => {
    // Without the environment, in which the test runner asks every process to load itself.
    execFile('env', ['-i', link, main, ...words], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err: err.replaceAll(`${dirname(link)}/`, '') });
    });
  });
}

t.test('the program is what it is called, whatever it is called elsewhere', async (t) => {
  const [status, standby, other] = await Promise.all([
    run(t, 'cl_status', 'nonsense'),
    run(t, 'hb_standby', '--help'),
    run(t, 'constructor', 'version'),
  ]);
  t.equal(status.code, 11);
  t.match(status.err, 'ERROR: nonsense: invalid sub-command.');
  t.same(standby, { code: 1, out: 'usage:\n', err: 'hb_standby [all|foreign|local|failback]\n' });
  t.equal(other.code, 0, 'any other name is twinbeat');
});

t.test('a daemon that cannot start says why to whoever started it', async (t) => {
  const configDir = t.testdir({ 'ha.cf': 'deadtime soon\nnode nodea nodeb\n' });
  const words = ['--config-dir', configDir, '--run-dir', shortDir(t), '--node', 'nodea'];
  const { code, out, err } = await run(t, 'heartbeat', ...words);
  t.equal(code, 6);
  t.equal(out, '');
  t.match(err, /^ha\.cf:1:10: error: deadtime "soon"/m);
  t.match(err, /ERROR: Configuration error, heartbeat not started\.\n$/);
});
