import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { layBench } from '../../scripts/laboratory/laboratory.ts';
import { CROSSOVER_ADDRESS } from '../../scripts/laboratory/network.ts';
import { EXECUTABLE, TwinbeatNode } from '../../scripts/laboratory/node.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { settingsOf } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, TIMES } from './support/running-pair.ts';

enterLaboratory();

const SOURCE = fileURLToPath(new URL('fixtures/other-clock.c', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'twinbeat-headless-'));
t.after(() => rmSync(folder, { recursive: true }));

/** How the box boots: nothing can be written but what is in memory, and its clock is the one in `clock`. */
const HEADLESS = `#!/bin/sh
[ -e "${folder}/headless" ] || exec ${EXECUTABLE} "$@"
box=$(cat ${folder}/box)
exec unshare --mount sh -c 'mount --bind "$1" "$1"
  mount --bind "$1/state" "$1/state"; mount -o remount,bind,ro "$1/state"; mount -o remount,bind,ro /
  shift; exec env LD_PRELOAD=${folder}/other-clock.so OTHER_CLOCK=${folder}/clock ${EXECUTABLE} "$@"' sh "$box" "$@"
`;

function addToClock(seconds: number): void {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(seconds));
  writeFileSync(join(folder, 'clock'), bytes);
}

t.test('without a network yet, on a read-only disk, in 1970', async (t) => {
  const shared = ['-shared', '-fPIC', '-O1', '-o', join(folder, 'other-clock.so')];
  execFileSync('gcc', [...shared, SOURCE]);
  const wrapper = join(folder, 'twinbeat');
  writeFileSync(wrapper, HEADLESS, { mode: 0o755 });
  const bench = await layBench();
  t.teardown(() => bench.close());
  const settings = settingsOf({ ...TIMES, autoFailback: 'off', media: ['ucast'] });
  const nodea = new TwinbeatNode(bench.boxes.nodea, settings, wrapper);
  const nodeb = new TwinbeatNode(bench.boxes.nodeb, settings);
  writeFileSync(join(folder, 'box'), nodea.box.directory);

  // Both as they always were: each remembers the other.
  for (const node of [nodea, nodeb]) await node.boot();
  const holds = async (node: TwinbeatNode) => (await node.status().catch(() => null))?.holds;
  const rests = async (node: TwinbeatNode) => {
    const report = await node.status().catch(() => null);
    return report?.status === 'active' && report.stable && report.peer.stable;
  };
  const isPair = async () => (await holds(nodea)) === 'local' && (await rests(nodea)) && (await rests(nodeb));
  await until('a pair', isPair, PATIENCE);
  await nodea.kill();
  await until('a takeover', async () => (await holds(nodeb)) === 'all', PATIENCE);

  // The state is lost, and so is the time.
  const state = join(nodea.box.directory, 'state');
  rmSync(state, { recursive: true });
  mkdirSync(state);
  writeFileSync(join(folder, 'headless'), '');
  addToClock(-Math.floor(Date.now() / 1000) + 60);
  await nodea.box.powerOn();
  const ip = (words: string) => nodea.box.run(['ip', ...words.split(' ')]);
  await ip('link set x0 down');
  await ip('link set x0 name later0');
  nodea.startDaemon();
  const status = () => nodea.status().catch(() => null);
  await until(
    () => `an agent: ${nodea.failure}`,
    async () => (await status()) !== null,
    PATIENCE,
  );
  t.match((await status())?.links, [{ state: 'down', fault: /x0/ }], 'it waits for its cable');
  t.match((await status())?.time, /^1970-/);
  const complaints = nodea.log.since(0).filter((line) => /state.*cannot be written/.test(line));
  t.equal(complaints.length, 1, 'said once');
  t.strictSame(
    (await status())?.alarms.filter(({ text }) => /state/.test(text)),
    [],
    'and nobody is woken',
  );

  await ip('link set later0 name x0');
  await ip(`addr add ${CROSSOVER_ADDRESS.nodea}/24 brd + dev x0`);
  await ip('link set x0 up');
  await until('its peer', async () => (await status())?.peer.status === 'active', PATIENCE);
  const seen = async () => (await nodeb.status())?.peer.status === 'active';
  await until('to be seen', seen, PATIENCE);
  t.equal(await holds(nodeb), 'all', 'what the peer took, it keeps');
  const mark = nodeb.log.mark();

  // Somebody sets the clock, and sets it again.
  const lines = nodea.log.mark();
  for (const seconds of [0, 86_400 * 365, -86_400]) {
    addToClock(seconds);
    const sent = async () => (await status())?.links[0]?.sent ?? 0;
    const before = await sent();
    await until('some heartbeats', async () => (await sent()) > before + 8, PATIENCE);
  }
  t.match((await status())?.time, new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
  t.strictSame(
    nodea.log.since(lines).filter((line) => /WARN|ERROR|CRIT|dead|[Rr]esource/.test(line)),
    [],
    'it makes no difference',
  );
  t.equal(nodeb.log.since(mark).filter((line) => /is dead/.test(line)).length, 0, 'its peer notices nothing');
  t.equal(await holds(nodeb), 'all');
});
