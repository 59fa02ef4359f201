import { closeSync, readSync } from 'node:fs';
import t, { type Test } from 'tap';
import { writeToTerminal } from '../../firmware-agent/alarm/terminal.ts';
import { loadPty } from '../../scripts/laboratory/native.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';

enterLaboratory();

/** A terminal, and all that was ever written to it. */
function terminal(t: Test) {
  const { fd, path } = loadPty().openPty();
  t.teardown(() => closeSync(fd));
  const buffer = Buffer.alloc(1 << 16);
  let text = '';
  const read = (): string => {
    try {
      text += buffer.toString('latin1', 0, readSync(fd, buffer));
    } catch {
      // Nothing new, or nobody has it open.
    }
    return text;
  };
  return { path, read };
}

t.test('the line arrives at a terminal', async (t) => {
  const { path, read } = terminal(t);
  const line = '\r\n\x07twinbeat: ALARM: nodea is dead\r\n';
  t.equal(await writeToTerminal(path, line), 'written');
  t.equal(read(), line);
});

t.test('a terminal that nobody reads takes what it can and never blocks', async (t) => {
  const { path, read } = terminal(t);
  const line = 'x'.repeat(1000);
  const results = [];
  for (let count = 0; count < 200; count += 1) results.push(await writeToTerminal(path, line));
  t.equal(results[0], 'written');
  t.match(
    results.find((result) => result !== 'written'),
    { failure: /^it took \d+ of 1000 bytes$|^EAGAIN/ },
  );
  t.match(results.at(-1), { failure: /^EAGAIN/ });
  t.match(read(), /^x+$/);
});

t.test('a dead peer is heard at the terminal that twinbeat.cf names', async (t) => {
  const { path, read } = terminal(t);
  const { lab, served } = await runningPair(t, { twinbeat: [`bell ${path}`] });
  const rung = '\r\n\x07twinbeat: ALARM: nodea is silent on every cable.\r\n';
  t.notOk(read().includes(rung));
  await lab.nodea.kill();
  await until('the bell', () => read().includes(rung), PATIENCE);
  await served('nodeb');
});
