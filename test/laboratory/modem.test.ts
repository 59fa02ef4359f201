import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { watchModemLines } from '../../hw/modem-lines.ts';
import { ModemLines } from '../../scripts/appliance/modem-lines.ts';
import { loadPty } from '../../scripts/laboratory/native.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const LINK_PROCESS = here('support/modem-process.ts');
/** Modem lines for a terminal that has none, and a driver that can wait for them. */
const LINES = here('../../scripts/appliance/lines.c');
const WAIT = here('support/modem-wait.c');

t.test('a terminal without modem lines: silent, and nothing is left of it', async (t) => {
  const terminal = loadPty().openPty();
  const fd = openSync(terminal.path, constants.O_RDWR | constants.O_NOCTTY);
  const count = () => ['task', 'fd'].map((what) => readdirSync(`/proc/self/${what}`).length);
  const told: unknown[] = [];
  const watch = () => watchModemLines(fd, (lines) => told.push(lines));
  await watch().close();
  const before = count();
  for (let round = 0; round < 100; round++) {
    const lines = watch();
    if (round % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    lines.setFlow(true);
    await lines.close();
    await lines.close();
  }
  t.same(count(), before, 'threads and descriptors');
  t.same(told, []);
  closeSync(fd);
  t.throws(watch, { code: 'EBADF' });
  t.same(count(), [before[0], (before[1] ?? 0) - 1]);
  closeSync(terminal.fd);
});

/** @param sources of the driver's parts @param waits where it notes that a change ended a wait */
async function playAllWires(t: Test, sources: readonly string[], waits: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), `twinbeat-${process.pid}-`));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const libraries = sources.map((source, index) => {
    const library = join(directory, `${index}.so`);
    execFileSync('gcc', ['-shared', '-fPIC', '-o', library, source, '-ldl']);
    return library;
  });
  const terminal = loadPty().openPty();
  t.teardown(() => closeSync(terminal.fd));
  const file = join(directory, 'lines');
  const lines = new ModemLines(file);
  t.teardown(() => lines.close());
  const [own, peer] = [lines.newEnd(), lines.newEnd()];
  lines.join(own, 'CTS', [[peer, 'RTS']]);
  for (const input of ['DSR', 'DCD'] as const) lines.join(own, input, [[peer, 'DTR']]);
  const otherEnd = (open: boolean) => (open ? lines.raise(peer, 115_200) : lines.drop(peer));
  otherEnd(true);

  const child = spawn(process.execPath, [LINK_PROCESS, terminal.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LD_PRELOAD: libraries.join(':'),
      TWINBEAT_WAITS: waits,
      TWINBEAT_LINES: file,
      TWINBEAT_PORTS: `${terminal.path}=${own}`,
    },
  });
  t.teardown(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const said = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse((await said.next()).value ?? 'null');
  /** As the kernel has it. */
  const flow = () =>
    / (-?crtscts)/.exec(execFileSync('stty', ['-F', terminal.path, '-a'], { encoding: 'utf8' }))?.[1];

  const speaking = setInterval(() => writeSync(terminal.fd, 'heard\n'), 200);
  t.teardown(() => clearInterval(speaking));
  let news = await next();
  while (`${news}`.startsWith('received')) news = await next();
  clearInterval(speaking);
  t.same(news, ['noted', 'the cable has RTS and CTS: hardware flow control is on']);
  t.equal(flow(), 'crtscts');

  otherEnd(false);
  news = await next();
  // What was said last may have been on its way.
  if (`${news}`.startsWith('received')) news = await next();
  t.same(news, ['signalled', 'DSR and DCD are off: the other end is closed or the cable is out']);
  t.match(await next(), ['noted', /^hardware flow control is off: CTS is off for \d+ ms$/]);
  for (let tries = 0; flow() === 'crtscts' && tries < 100; tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  t.equal(flow(), '-crtscts');

  otherEnd(true);
  t.same(await next(), ['signalled', null]);

  child.kill('SIGTERM');
  t.same(await next(), ['left over', { threads: 0, descriptors: 0 }]);
  t.same(await exited, [0, null], 'nothing keeps the process');
}

t.test('a link whose cable has all wires', { timeout: 60_000 }, async (t) => {
  const waits = join(t.testdir(), 'waits');
  await t.test('on a port whose driver cannot wait', (t) => playAllWires(t, [LINES], waits));
  t.notOk(existsSync(waits));
  await t.test('on a port whose driver waits for changes', (t) => playAllWires(t, [WAIT, LINES], waits));
  // Of the two changes one may have come just when the thread looked by itself.
  t.ok(readFileSync(waits, 'utf8').length >= 1, 'a change ended a wait');
});
