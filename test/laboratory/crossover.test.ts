import { join } from 'node:path';
import t from 'tap';
import { Crossover } from '../../scripts/laboratory/crossover.ts';
import type { Bench } from '../../scripts/laboratory/laboratory.ts';
import { layBench } from '../../scripts/laboratory/laboratory.ts';
import { LogFile } from '../../scripts/laboratory/log-file.ts';
import { CROSSOVER_ADDRESS } from '../../scripts/laboratory/network.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { other, SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';

enterLaboratory();

const PATIENCE = 20_000;
const COUNT = 60;

/** Write down, a line each, what comes in at a node's heartbeat port. */
function listen(lab: Bench, seat: Seat): LogFile {
  const script = `
    require('node:dgram').createSocket('udp4').on('message', (bytes) => console.log(String(bytes)))
      .bind(694, () => console.log('listens'));`;
  lab.boxes[seat].start([process.execPath, '-e', script], 'heard').unref();
  return new LogFile(join(lab.boxes[seat].directory, 'heard'));
}

/** Send the numbers from `first` on from a node to the other, one datagram each. */
async function send(lab: Bench, from: Seat, first: number, count = COUNT): Promise<void> {
  const script = `
    const socket = require('node:dgram').createSocket('udp4');
    let next = ${first};
    const send = () => next < ${first + count}
      ? socket.send(String(next++), 694, '${CROSSOVER_ADDRESS[other(from)]}', () => setTimeout(send, 1))
      : socket.close();
    send();`;
  const { code, stderr } = await lab.boxes[from].run([process.execPath, '-e', script]);
  if (code !== 0) throw new Error(stderr);
}

function numbers(first: number, count = COUNT): string[] {
  return Array.from({ length: count }, (_, index) => String(first + index));
}

t.test('the crossover cable in the hands of somebody', async (t) => {
  const lab = await layBench();
  t.teardown(() => lab.close());
  for (const seat of SEATS) await lab.boxes[seat].powerOn();
  const heard = { nodea: listen(lab, 'nodea'), nodeb: listen(lab, 'nodeb') };
  for (const seat of SEATS)
    await until(`${seat} to listen`, () => heard[seat].since(0).includes('listens'), PATIENCE);
  const cable = await Crossover.take(lab.network);

  /** What arrives of the numbers from `first` on, once a last datagram has come through an honest cable. */
  const arrived = async (from: Seat, first: number): Promise<string[]> => {
    const log = heard[other(from)];
    const mark = log.mark();
    await send(lab, from, first);
    await cable.behave();
    await send(lab, from, first + COUNT, 1);
    const last = String(first + COUNT);
    await until(`${last} to arrive`, () => log.since(mark).includes(last), PATIENCE);
    return log.since(mark).filter((line) => line !== last);
  };

  await t.test('is a cable', async (t) => {
    t.same(await arrived('nodea', 1000), numbers(1000));
    t.same(await arrived('nodeb', 1000), numbers(1000));
  });

  await t.test('loses datagrams in the direction that it was told', async (t) => {
    const before = (await cable.counts()).nodea;
    await cable.tamper({ loss: 0.3 }, 'nodea');
    const some = await arrived('nodea', 2000);
    const { lost } = (await cable.counts()).nodea;
    t.ok(lost > before.lost, `${lost} lost`);
    t.equal(some.length, COUNT - (lost - before.lost));
    t.same(some, [...some].sort(), 'the rest is in order');
    await cable.tamper({ loss: 0.3 }, 'nodea');
    t.same(await arrived('nodeb', 2000), numbers(2000), 'the other way nothing is lost');
  });

  await t.test('swaps neighbours', async (t) => {
    await cable.tamper({ swap: 0.3 });
    const all = await arrived('nodeb', 3000);
    t.not(all.join(), numbers(3000).join());
    t.same([...all].sort(), numbers(3000), 'nothing is lost');
    const far = all.filter((number, place) => Math.abs(Number(number) - 3000 - place) > 1);
    t.same(far, [], 'each is at most one place from its own');
  });

  await t.test('delivers some twice', async (t) => {
    const before = (await cable.counts()).nodea;
    await cable.tamper({ duplication: 0.3 });
    const all = await arrived('nodea', 4000);
    const { duplicated } = (await cable.counts()).nodea;
    t.ok(duplicated > before.duplicated, `${duplicated} came twice`);
    t.equal(all.length, COUNT + duplicated - before.duplicated);
    t.same([...new Set(all)], numbers(4000));
  });

  await t.test('remembers and replays, also to a node that has been without power', async (t) => {
    const frames = (await cable.memory('nodea')).slice(-3);
    await lab.boxes.nodea.powerOff();
    await lab.boxes.nodea.powerOn();
    await send(lab, 'nodea', 5000, 1);
    await until('5000 to arrive', () => heard.nodeb.since(0).includes('5000'), PATIENCE);
    const mark = heard.nodeb.mark();
    await cable.replay('nodea', frames);
    await until('three to arrive', () => heard.nodeb.since(mark).length === 3, PATIENCE);
    t.same(heard.nodeb.since(mark), numbers(4058, 3));
  });

  await t.test('given back, it is a cable again', async (t) => {
    await cable.close();
    const mark = heard.nodeb.mark();
    await send(lab, 'nodea', 6000);
    await until('the last to arrive', () => heard.nodeb.since(mark).includes('6059'), PATIENCE);
    t.same(heard.nodeb.since(mark), numbers(6000));
  });
});
