import { join } from 'node:path';
import t from 'tap';
import { readEvents } from '../../firmware-agent/events/read-events.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { other, SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, runningPair } from './support/running-pair.ts';

enterLaboratory();

t.test('a crossover cable that is pulled out is told at once, and why nothing is heard on it', async (t) => {
  const { lab } = await runningPair(t);
  const link = async (seat: Seat) =>
    (await lab.nodes[seat].status())?.links.find(({ name }) => name === 'x0');
  const events = (seat: Seat) =>
    readEvents(join(lab.boxes[seat].directory, 'state'))?.events.map(({ text }) => text) ?? [];
  const missing = (seat: Seat, what: string | null) =>
    until(`${seat} to miss ${what}`, async () => (await link(seat))?.missing === what, PATIENCE);
  for (const seat of SEATS) t.match(await link(seat), { missing: null, state: 'up' });

  const marks = { nodea: lab.nodea.log.mark(), nodeb: lab.nodeb.log.mark() };
  await lab.network.cut('crossover');
  for (const seat of SEATS) await missing(seat, 'no carrier');
  for (const seat of SEATS) {
    const peer = other(seat);
    const text = `${peer} is not heard on x0 any more (no carrier).`;
    await until(
      `${seat} to say why`,
      async () => (await lab.nodes[seat].status())?.alarms.some((alarm) => alarm.text === text) ?? false,
      PATIENCE,
    );
    const silent = new RegExp(`^${peer} is silent on x0`);
    await until(`${seat} to keep it`, () => events(seat).some((entry) => silent.test(entry)), PATIENCE);
    const told = events(seat);
    const lost = told.indexOf('x0: no carrier');
    t.ok(
      lost >= 0 && lost < told.findIndex((entry) => silent.test(entry)),
      `${seat} has it before the deadtime is over:\n${told.join('\n')}`,
    );
    const lines = lab.nodes[seat].log.since(marks[seat]);
    t.ok(lines.some((line) => /WARN: x0: no carrier\.$/.test(line)));
    t.notOk(
      lines.some((line) => /write failure/.test(line)),
      'which is no fault',
    );
  }
  t.match((await lab.nodea.command('status')).stdout, /no carrier/);

  await lab.network.mend('crossover');
  for (const seat of SEATS) {
    await missing(seat, null);
    await until(`${seat} to hear`, async () => (await link(seat))?.state === 'up', PATIENCE);
    await until(
      `${seat} to keep that, too`,
      () => events(seat).includes('x0 has its signal again'),
      PATIENCE,
    );
  }
});

t.test('an interface that lost its name to another one is not used any more', async (t) => {
  const { lab } = await runningPair(t);
  const ip = (words: string) => lab.nodea.box.run(['ip', ...words.split(' ')]);
  const state = async () => (await lab.nodea.status())?.links.find(({ name }) => name === 'x0');
  await ip('link set x0 down');
  await ip('link set x0 name old0');
  await ip('link set old0 up');
  await ip('link add x0 type veth peer name nobody0');
  await ip('link set nobody0 up');
  await ip('link set x0 up');
  await until('the new x0 to carry nothing', async () => (await state())?.state !== 'up', PATIENCE);

  await ip('link delete x0');
  await ip('link set old0 down');
  await ip('link set old0 name x0');
  await ip('link set x0 up');
  await until('the peer on x0', async () => (await state())?.state === 'up', PATIENCE);
  t.equal((await lab.nodea.status())?.peer.status, 'active');
});
