import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ownVersion } from '../../scripts/build/bundle.ts';
import { executablePath } from '../../scripts/build/executable.ts';
import { targetFor } from '../../scripts/build/target.ts';
import { layBench } from '../../scripts/laboratory/laboratory.ts';
import { VIRTUAL_ADDRESS } from '../../scripts/laboratory/network.ts';
import { TwinbeatNode } from '../../scripts/laboratory/node.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { settingsOf } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { skipUnless } from './support/needs.ts';

enterLaboratory();

const target = targetFor('arm64');
const executable = executablePath(target);
/** The C library of the other processor, as Debian's cross compilers have it. */
const LIBRARIES = '/usr/aarch64-linux-gnu';
const EMULATOR = 'qemu-aarch64-static';
/** An emulated processor is twenty times slower. */
const PATIENCE = 90_000;

function lack(): string | null {
  if (target.native) return 'this machine is an arm64 itself: the other tests run its executable';
  if (!existsSync(executable)) return `there is no ${executable}: \`npm run build\` makes it`;
  const works = spawnSync(EMULATOR, ['-version']).status === 0;
  return works && existsSync(`${LIBRARIES}/lib/libc.so.6`)
    ? null
    : `nothing runs arm64 here: \`apt-get install qemu-user-static ${target.packages.join(' ')}\``;
}

const skip = target.native ? (lack() ?? false) : skipUnless(lack());
const folder = mkdtempSync(join(tmpdir(), 'twinbeat-arm64-'));
const emulated = join(folder, 'twinbeat');
writeFileSync(emulated, `#!/bin/sh\nexec ${EMULATOR} -L ${LIBRARIES} ${executable} "$@"\n`, { mode: 0o755 });
t.after(() => rmSync(folder, { recursive: true }));

function twinbeat(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(emulated, words, { encoding: 'utf8', timeout: PATIENCE });
  return { status, stdout, stderr };
}

t.test('the arm64 executable answers, and judges files', { skip }, async (t) => {
  t.match(twinbeat('version'), { status: 0, stdout: ownVersion(), stderr: '' });
  const directory = t.testdir({ 'ha.cf': 'node nodea nodeb\ndeadtime soon\n' });
  const { status, stderr } = twinbeat('check', '--config-dir', directory, '--node', 'nodea');
  t.equal(status, 1);
  t.match(stderr, 'ha.cf:2:10: error: deadtime "soon"');
});

t.test('an arm64 node and one of this machine are a pair', { skip }, async (t) => {
  const bench = await layBench();
  t.teardown(() => bench.close());
  const settings = settingsOf({ keepalive: 1000, deadtime: 20_000, initdead: 40_000 });
  const nodea = new TwinbeatNode(bench.boxes.nodea, settings, emulated);
  const nodeb = new TwinbeatNode(bench.boxes.nodeb, settings);
  for (const node of [nodea, nodeb]) await node.boot();
  const status = (node: TwinbeatNode) => node.status().catch(() => null);
  const rests = async () => {
    const [a, b] = await Promise.all([status(nodea), status(nodeb)]);
    return a?.stable === true && a.holds === 'local' && b?.stable === true && b.peer.holds === 'local';
  };
  await until(() => `a pair: ${nodea.failure ?? nodea.said.tail(3).join(' ')}`, rests, PATIENCE);
  const addresses = await bench.network.addresses('nodea', 'eth0');
  t.ok(addresses.includes(VIRTUAL_ADDRESS), 'it holds its address');
  const sent = async () => Math.min(...((await status(nodea))?.links ?? []).map((link) => link.sent));
  const mark = await sent();
  await until('five heartbeats on every cable', async () => (await sent()) >= mark + 5, PATIENCE);
  t.match((await status(nodeb))?.peer, { status: 'active', twinbeat: true });
  t.match(
    (await status(nodeb))?.links.map((link) => link.state),
    ['up', 'up'],
    'over serial, too',
  );
  await nodea.stop();
  await until('a takeover', async () => (await status(nodeb))?.holds === 'all', PATIENCE);
});
