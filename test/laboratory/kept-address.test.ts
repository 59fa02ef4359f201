import t from 'tap';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';

enterLaboratory();

const VIP = '10.78.0.100';

t.test('an address that somebody takes away comes back, and one on a renamed interface can go', async (t) => {
  const { lab, observer, served } = await runningPair(t);
  const { nodea } = lab;
  const ip = (...words: readonly string[]) => nodea.box.run(['ip', ...words]);
  const places = async () =>
    (await ip('-4', '-br', 'address')).stdout.split('\n').filter((line) => line.includes(VIP));

  await ip('address', 'del', `${VIP}/24`, 'dev', 'eth0');
  await until('the address to be back', async () => (await places()).length === 1, PATIENCE);
  t.ok(nodea.log.since(0).some((line) => line.includes(`${VIP} was taken away from this box`)));
  await rest(lab, observer, 'nodea', PATIENCE);

  await ip('link', 'set', 'eth0', 'down');
  await ip('link', 'set', 'eth0', 'name', 'lan0');
  await ip('link', 'set', 'lan0', 'up');
  t.match(await places(), [/^lan0/]);
  await nodea.command('standby');
  await served('nodeb');
  t.same(await places(), [], 'nobody has it twice');
});
