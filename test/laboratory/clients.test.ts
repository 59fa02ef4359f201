import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

t.test('a script of rc.d hears who died, and which cable', async (t) => {
  const { lab } = await runningPair(t, {}, ({ nodea, boxes, directory }) => {
    nodea.writeSettings(nodea.settings);
    const rc = join(boxes.nodea.directory, 'ha.d', 'rc.d');
    mkdirSync(rc, { recursive: true });
    for (const [name, words] of [
      ['status', '$1 $HA_src $HA_st $HA_OSTATUS'],
      ['ifstat', '$1 $HA_node $HA_ifname $HA_st'],
    ] as const)
      writeFileSync(join(rc, name), `#!/bin/sh\necho "${words}" >>${directory}/heard\n`, { mode: 0o755 });
  });
  const heard = () => readFileSync(join(lab.directory, 'heard'), 'utf8').trim().split('\n');
  await lab.network.cut('crossover');
  await until('the cable', () => heard().includes('ifstat nodeb x0 dead'), PATIENCE);
  await lab.nodeb.kill();
  await until('the death', () => heard().includes('status nodeb dead active'), PATIENCE);
  t.ok(heard().includes('status nodeb active active') || heard().includes('status nodeb active up'));
});
