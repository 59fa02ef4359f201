import t from 'tap';
import { breakFragile, FRAGILE, installFragile } from '../../scripts/laboratory/fragile.ts';
import { layPair } from '../../scripts/laboratory/laboratory.ts';
import { VIRTUAL_ADDRESS } from '../../scripts/laboratory/network.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { rest } from '../../scripts/laboratory/rest.ts';
import { SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { GROUP } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { atPipes } from './support/console-human.ts';
import { PATIENCE, runningPair, TIMES } from './support/running-pair.ts';

enterLaboratory();

t.test('a group that does not start goes to the peer, which is told, and to neither for ever', async (t) => {
  const { lab, observer, served } = await runningPair(
    t,
    { haresources: `nodea ${GROUP} ${FRAGILE}\n` },
    (lab) => {
      for (const seat of SEATS) installFragile(lab.boxes[seat]);
    },
  );
  breakFragile(lab.boxes.nodeb);
  const { code, stderr } = await lab.nodea.command('standby');
  t.equal(code, 1, 'the operator hears that it was in vain');
  t.match(stderr, /did not start: IPaddr::/);
  const back = async () => {
    const report = await lab.nodea.status();
    return report?.stable === true && report.groups.every(({ state }) => state === 'running');
  };
  await until('nodea to have it back', back, PATIENCE);
  await rest(lab, observer, 'nodea', PATIENCE);
  t.match(lab.nodea.log.since(0).join('\n'), /nodeb did not start IPaddr::/, 'nodea was told');

  const tries = () =>
    lab.nodeb.log.since(0).filter((line) => line.includes('Acquiring resource group')).length;
  await lab.nodea.command('standby');
  const lost = () => lab.nodeb.log.since(0).some((line) => line.includes('Neither node could start'));
  await until('it to be given up', lost, PATIENCE);
  t.equal(tries(), 2, 'once for each time that nodeb was to take it: it does not go to and fro');

  for (const seat of SEATS) breakFragile(lab.boxes[seat], false);
  const technician = atPipes(t, lab.nodeb);
  await technician.sees(/nodeb> $/);
  t.match(
    await technician.says('takeover\r', /nodeb> $|yes or no: $/),
    /Nothing would move, but this is down here:\r\n {2}10\.78\.0\.100 fragile\r\nStart it again now\?/,
  );
  t.match(await technician.says('yes\r', /nodeb> $/), 'what is down of it is started again');
  await served('nodeb');
  await lab.nodea.command('takeover');
  await served('nodea');
});

t.test('takeover failback takes what prefers the node that asks, and nothing else', async (t) => {
  const second = '10.78.0.101';
  const lab = await layPair({
    ...TIMES,
    autoFailback: 'off',
    haresources: `nodea ${GROUP}\nnodeb IPaddr::${second}/24/eth0\n`,
  });
  t.teardown(() => lab.close());
  for (const seat of SEATS) await lab.nodes[seat].boot();
  const holds = async (seat: Seat, set: string) => {
    const report = await lab.nodes[seat].status();
    return report?.stable === true && report.peer.stable && report.holds === set;
  };
  await until(
    'each to hold its own',
    async () => (await holds('nodea', 'local')) && holds('nodeb', 'local'),
    PATIENCE,
  );
  await lab.nodea.takeover('all');
  await until('nodea to hold all', () => holds('nodea', 'all'), PATIENCE);
  await until('nodeb to rest', () => holds('nodeb', 'none'), PATIENCE);
  await lab.nodeb.takeover('failback');
  await until(
    'each to hold its own',
    async () => (await holds('nodea', 'local')) && holds('nodeb', 'local'),
    PATIENCE,
  );
  t.ok(
    (await lab.network.addresses('nodea', 'eth0')).includes(VIRTUAL_ADDRESS),
    'what prefers nodea stayed there',
  );
  t.ok((await lab.network.addresses('nodeb', 'eth0')).includes(second));
});
