import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ModemLines } from '../../scripts/appliance/modem-lines.ts';
import { loadPty } from '../../scripts/laboratory/native.ts';
import { ConsoleHuman } from './support/console-human.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PORT_PROCESS = here('support/console-port-process.ts');
/** Modem lines for a terminal that has none. */
const LINES = here('../../scripts/appliance/lines.c');

t.test('a laptop that is unplugged leaves no session behind', { timeout: 60_000 }, async (t) => {
  const library = join(t.testdir(), 'lines.so');
  execFileSync('gcc', ['-shared', '-fPIC', '-o', library, LINES, '-ldl']);
  const lines = new ModemLines(join(t.testdirName, 'lines'));
  t.teardown(() => lines.close());
  const [port, laptop] = [lines.newEnd(), lines.newEnd()];
  for (const input of ['DSR', 'DCD'] as const) lines.join(port, input, [[laptop, 'DTR']]);

  const terminal = loadPty().openPty();
  t.teardown(() => closeSync(terminal.fd));
  const human = new ConsoleHuman((bytes) => writeSync(terminal.fd, bytes));
  const buffer = Buffer.alloc(4096);
  const reading = setInterval(() => {
    try {
      human.hear(buffer.subarray(0, readSync(terminal.fd, buffer)));
    } catch {
      // Nothing new.
    }
  }, 10);
  t.teardown(() => clearInterval(reading));

  const child = spawn(process.execPath, [PORT_PROCESS, terminal.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LD_PRELOAD: library,
      TWINBEAT_LINES: lines.path,
      TWINBEAT_PORTS: `${terminal.path}=${port}`,
    },
  });
  t.teardown(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const log: string[] = [];
  createInterface(child.stdout).on('line', (line) => log.push(line));

  const enter = async (): Promise<void> => {
    const pressing = setInterval(() => human.paste('\n'), 1500);
    await human.says('\n', /menu/).finally(() => clearInterval(pressing));
  };
  lines.raise(laptop, 115_200);
  await enter();
  await human.says('here\n', /did here/);

  lines.drop(laptop);
  await pause(300);
  lines.raise(laptop, 115_200);
  await pause(4000);
  t.match(await human.says('still\n', /did still/), 'did still', 'a loose plug is none');
  t.notMatch(human.text, /press Enter/);

  const from = human.text.length;
  lines.drop(laptop);
  await human.sees(/press Enter/, from);
  t.ok(
    log.some((line) => /the session ends: DSR and DCD are off/.test(line)),
    log.join('\n'),
  );

  const next = human.text.length;
  await pause(1500);
  human.paste('\n');
  await human.sees(/menu/, next);
  await pause(4000);
  t.match(
    await human.says('three wires\n', /did three wires/),
    'did',
    'the next laptop has none of these lines',
  );

  child.kill('SIGTERM');
  t.same(await exited, [0, null], 'nothing keeps the process');
});
