import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { attempt, promptly } from '../../scripts/laboratory/command.ts';
import { layBench } from '../../scripts/laboratory/laboratory.ts';
import { EXECUTABLE, TwinbeatNode } from '../../scripts/laboratory/node.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { GROUP, settingsOf } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, TIMES } from './support/running-pair.ts';

enterLaboratory();

const skip = (await promptly()).length === 0 && 'real time is not allowed here';

/** A child of the agent: what the kernel says of it, and then nothing more where it is to stay. */
const CHILD = `#!/bin/sh
if [ "$1" != status ] && [ ! -e "$0.done" ]; then
  for what in stat status oom_score_adj limits; do cat /proc/$$/$what >"$0.$what"; done
  : >"$0.done"
fi
[ -n "$1" ] || exec sleep 600
exit 0
`;

/** How a process goes before others. */
function precedenceOf(read: (what: 'stat' | 'status' | 'oom_score_adj') => string) {
  const [priority, policy] = (read('stat').split(') ')[1] ?? '').split(' ').slice(37, 39).map(Number);
  const locked = Number(/^VmLck:\s+(\d+)/m.exec(read('status'))?.[1]);
  return { priority, policy, isLocked: locked > 0, oomScore: Number(read('oom_score_adj')) };
}

function precedenceOfPid(pid: number | undefined) {
  return precedenceOf((what) => readFileSync(`/proc/${pid}/${what}`, 'utf8'));
}

/** As this process, which started the agent. */
const ordinary = { ...precedenceOfPid(process.pid), policy: 0, priority: 0, isLocked: false };
/** Some containers let nobody be spared when memory runs out. */
const maySpare = (await attempt(['sh', '-c', 'echo -1000 >/proc/self/oom_score_adj'])).code === 0;
const oomScore = maySpare ? -1000 : ordinary.oomScore;
const realtime = (priority: number) => ({ priority, policy: 2, isLocked: true, oomScore });

/** One box with its agent, which serves alone, a script and a program of ha.cf. */
async function alone(t: Test, directives: readonly string[]) {
  const bench = await layBench(19200);
  t.teardown(() => bench.close());
  const box = bench.boxes.nodea;
  const at = (name: string) => join(box.directory, name);
  mkdirSync(at('ha.d/resource.d'), { recursive: true });
  for (const name of ['ha.d/resource.d/script', 'program']) {
    writeFileSync(at(name), CHILD);
    chmodSync(at(name), 0o755);
  }
  const settings = settingsOf({ ...TIMES, haresources: `nodea ${GROUP} script\n` });
  const files = (more: readonly string[]) => ({
    ...settings,
    directives: [...more, `respawn root ${at('program')}`],
  });
  const node = new TwinbeatNode(box, files(directives));
  await node.boot();
  for (const name of ['ha.d/resource.d/script', 'program'])
    await until(name, () => existsSync(at(`${name}.done`)), PATIENCE);
  const child = (name: string) => ({
    ...precedenceOf((what) => readFileSync(at(`${name}.${what}`), 'utf8')),
    hasLimit: !/^Max realtime timeout +unlimited/m.test(readFileSync(at(`${name}.limits`), 'utf8')),
  });
  return { node, files, script: () => child('ha.d/resource.d/script'), program: () => child('program') };
}

t.test('the agent goes before ordinary programs, what it starts does not', { skip }, async (t) => {
  const { node, files, script, program } = await alone(t, []);
  const pid = node.agentPid;
  t.same(precedenceOfPid(pid), realtime(50));
  t.same(script(), { ...ordinary, hasLimit: false });
  t.same(program(), { ...ordinary, hasLimit: false });
  const { stdout } = await node.command('status');
  t.match(stdout, /^Agent: in real time \(SCHED_RR 50\), memory locked, (NOT )?spared/m);
  t.equal(stdout.includes('NOT spared'), !maySpare);
  const said = node.log.since(0).filter((line) => line.includes('realtime:'));
  t.equal(said.length, 1, 'one line, or one warning');

  const settled = async () => (await node.status())?.stable === true;
  const changed = async (directives: readonly string[], wanted: object) => {
    await until('rest', settled, PATIENCE);
    node.writeSettings(files(directives));
    await node.reload();
    const same = () => JSON.stringify(precedenceOfPid(pid)) === JSON.stringify(wanted);
    await until(directives.join(), same, PATIENCE);
  };
  await changed(['rtprio 7'], realtime(7));
  await changed(['realtime off'], ordinary);
  await changed(['realtime on'], realtime(50));
  t.equal(node.agentPid, pid, 'in the same process');
});

t.test('realtime off: nothing of it', { skip }, async (t) => {
  const { node, script } = await alone(t, ['realtime off']);
  t.same(precedenceOfPid(node.agentPid), ordinary);
  t.same(script(), { ...ordinary, hasLimit: false });
  t.match((await node.command('status')).stdout, /^Agent: an ordinary process \(realtime off\)$/m);
  t.notMatch(node.log.since(0).join('\n'), 'realtime:');
});

t.test('a start that computes for long is not taken for a run-away', { skip }, async (t) => {
  const bench = await layBench(19200);
  t.teardown(() => bench.close());
  const box = bench.boxes.nodea;
  const at = (name: string) => join(box.directory, name);
  const source = fileURLToPath(new URL('fixtures/slow-start.c', import.meta.url));
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', at('slow-start.so'), source]);
  const slowly = `exec env LD_PRELOAD=${at('slow-start.so')} SLOW_START=${at('was-slow')} ${EXECUTABLE} "$@"`;
  writeFileSync(at('slowly'), `#!/bin/sh\n${slowly}\n`, { mode: 0o755 });
  const node = new TwinbeatNode(box, settingsOf({ ...TIMES, media: ['ucast'] }), at('slowly'));
  await node.boot();
  const sent = async () => (await node.status().catch(() => null))?.links[0]?.sent ?? 0;
  // With each it looks whether it ran away.
  await until('some heartbeats', async () => (await sent()) > 4, PATIENCE);
  t.ok(existsSync(at('was-slow')), 'the start took its time');
  t.same(precedenceOfPid(node.agentPid), realtime(50));
  t.strictSame(
    node.log.since(0).filter((line) => line.includes('at a stretch')),
    [],
  );
});

t.test('an agent that computes without end falls back to ordinary scheduling', { skip }, async (t) => {
  const hw = (name: string) => fileURLToPath(new URL(`../../hw/${name}`, import.meta.url));
  const runaway = `
    const { precedence } = await import('${hw('realtime.ts')}');
    precedence.enter(1, 100);
    const before = precedence.isRealtime();
    const limit = performance.now() + 5000;
    while (precedence.isRealtime() && performance.now() < limit);
    console.log(before, precedence.isRealtime());
  `;
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', runaway], {
    encoding: 'utf8',
  });
  t.equal(out, 'true false\n');
});

t.test('what a password needs is given back, although memory is locked', { skip }, async (t) => {
  const passwords = `
    import { scrypt } from 'node:crypto';
    import { readFileSync } from 'node:fs';
    import { promisify } from 'node:util';
    const { precedence } = await import('${fileURLToPath(new URL('../../hw/realtime.ts', import.meta.url))}');
    const mebibytes = () => Number(/^RssAnon:\\s+(\\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
    precedence.lockMemory();
    const before = mebibytes();
    for (let n = 0; n < 8; n += 1) await promisify(scrypt)('word', 'salt', 32, { N: 16384, r: 8, p: 1 });
    console.log(mebibytes() - before);
    precedence.unlockMemory();
  `;
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', passwords], {
    encoding: 'utf8',
  });
  t.ok(Number(out) < 16, `of eight times 16 MiB less than one stays: ${out}`);
});

t.test('the runtime may give back what it does not need any more', { skip }, async (t) => {
  const addon = fileURLToPath(new URL(`../../dist/native/${process.arch}/twinbeat.node`, import.meta.url));
  const garbage = `
    const { lockMemory, unlockMemory } = require('${addon}');
    lockMemory();
    require('node:v8').setFlagsFromString('--expose-gc');
    const collect = require('node:vm').runInNewContext('gc');
    for (let round = 0; round < 20; round += 1) {
      let some = Array.from({ length: 40000 }, (_, n) => ({ n, text: 'x' + n }));
      some.push(...Array.from({ length: 50 }, () => new Array(20000).fill({})));
      some = [];
      collect();
    }
    unlockMemory();
  `;
  for (const flags of [['--jitless', '--single-threaded-gc'], []])
    t.doesNotThrow(() =>
      execFileSync(process.execPath, [...flags, '--eval', garbage], { env: {}, stdio: 'ignore' }),
    );
});
