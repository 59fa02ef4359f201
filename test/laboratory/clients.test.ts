import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';

enterLaboratory();

t.test('a program of ha.cf goes with the active node', async (t) => {
  const { lab } = await runningPair(t, {}, ({ nodea, directory }) => {
    const program = join(directory, 'program');
    const script = ['#!/bin/sh', `echo $$ >>${directory}/starts`, 'exec sleep 600'];
    writeFileSync(program, `${script.join('\n')}\n`, { mode: 0o755 });
    nodea.writeSettings({ ...nodea.settings, directives: [`respawn root ${program}`] });
  });
  const starts = () => readFileSync(join(lab.directory, 'starts'), 'utf8').trim().split('\n').map(Number);
  const runs = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('sleep');
    } catch {
      return false;
    }
  };
  await until('the program', () => runs(starts()[0] ?? 0), PATIENCE);
  process.kill(starts()[0] ?? 0, 'SIGKILL');
  await until('the next one', () => starts().length === 2 && runs(starts()[1] ?? 0), PATIENCE);
  await lab.nodea.stop();
  await until('its end', () => !runs(starts()[1] ?? 0), PATIENCE);
  t.equal(starts().length, 2);
});
