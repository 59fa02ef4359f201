import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { GROUP } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { askAs } from '../unit/support/ask-as.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';
import { oneOwner } from './support/split-brain.ts';

enterLaboratory();

const SECOND = '10.78.0.101';

t.test('new files are taken over while all goes on, and broken ones are refused', async (t) => {
  const { lab, observer } = await runningPair(t);
  const { nodea } = lab;
  const mark = lab.client.mark();
  const first = await nodea.status();
  const said = (words: string) => () => nodea.log.since(0).some((line) => line.includes(words));

  nodea.writeSettings({ ...nodea.settings, haresources: 'nodea IPaddr::not-an-address\n' });
  await nodea.reload();
  await until('the refusal', said('the one in use stays in force'), PATIENCE);
  t.ok(said('haresources:1:')(), 'with the place of the mistake');
  const told = async () =>
    (await nodea.command('events', '--state-dir', join(nodea.box.directory, 'state'))).stdout;
  await until(
    'the event',
    async () => /new files are refused, .*: haresources:1:/.test(await told()),
    PATIENCE,
  );

  for (const seat of SEATS) lab.nodes[seat].writeSettings({ ...lab.nodes[seat].settings, warntime: 1234 });
  await nodea.reload();
  await until('the new times', said('The new configuration is in force'), PATIENCE);
  t.equal((await nodea.status())?.generation, first?.generation, 'in the same life');

  const haresources = `nodea ${GROUP} IPaddr::${SECOND}/24/eth0\n`;
  for (const seat of SEATS) {
    const node = lab.nodes[seat];
    node.writeSettings({ ...node.settings, haresources });
    await node.reload();
    const generation = (await node.status())?.generation ?? 0;
    const renewed = async () => ((await node.status().catch(() => null))?.generation ?? 0) > generation;
    await until(`${seat} to start anew`, renewed, PATIENCE);
    await rest(lab, observer, 'nodea', PATIENCE);
  }
  const has = async () => (await lab.network.addresses('nodea', 'eth0')).includes(SECOND);
  await until('the new address', has, PATIENCE);
  const { outage, stalled } = await lab.client.since(mark);
  t.ok(outage - stalled < 1000, `the service goes on: ${Math.round(outage)} ms`);
  await oneOwner(t, lab, mark, 'nodea');
  t.notOk(said('Removed 10.78.0.100')(), 'its address was never away');
  t.equal((await nodea.status())?.pid, first?.pid, 'in the same process');

  // What was kept moves like anything else.
  await nodea.kill();
  await until(
    'nodeb to have both',
    async () => (await lab.network.addresses('nodeb', 'eth0')).includes(SECOND),
    PATIENCE,
  );
  await nodea.boot();
  await rest(lab, observer, 'nodea', PATIENCE);
});

t.test('who may ask the agent, by ha.cf', async (t) => {
  const { lab } = await runningPair(t);
  const { nodea } = lab;
  const nobody = { uid: 65534, gid: 65534 };
  for (const directory of [lab.directory, nodea.box.directory]) chmodSync(directory, 0o711);
  const ask = () => askAs(nobody, nodea.runDirectory, { command: 'status' });
  t.match(await ask(), { kind: 'failed', reason: 'forbidden' });
  const life = (await nodea.status())?.generation;
  nodea.writeSettings({ ...nodea.settings, directives: ['apiauth anon uid=65534'] });
  await nodea.reload();
  await until('the new rule', async () => (await ask()).kind === 'status', PATIENCE);
  t.equal((await nodea.status())?.generation, life, 'in the same life');
});
