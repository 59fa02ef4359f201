import t from 'tap';
import { Line, type LineEnds, seeded } from '../../scripts/laboratory/line.ts';
import { Record } from '../../scripts/laboratory/record.ts';

t.test(
  'the longest time without an answer counts from the mark, between answers, and to the end',
  async (t) => {
    const record = new Record();
    for (let at = 0; at < 100; at += 10) record.answer(record.ask(at), at + 1, 'nodea');
    t.equal(record.view(0, 91).outage, 10);
    t.equal(record.view(0, 200).outage, 109, 'no answer ever came back');
    t.equal(record.view(-50, 91).outage, 51, 'none before the first');
  },
);

t.test('a move is seen by who answers, and the questions in between are lost', async (t) => {
  const record = new Record();
  const first = record.ask(0);
  record.ask(10);
  record.ask(20);
  const last = record.ask(30);
  record.answer(first, 1, 'nodea');
  record.answer(last, 31, 'nodeb');
  const { answeredBy, lost, asked, outage } = record.view(0, 31);
  t.same(
    { answeredBy, lost, asked, outage },
    { answeredBy: ['nodea', 'nodeb'], lost: 2, asked: 4, outage: 30 },
  );
});

t.test('a second answer to a question and one that nobody asked for change nothing', async (t) => {
  const record = new Record();
  record.answer(7, 1, 'nodeb');
  const question = record.ask(10);
  record.answer(question, 11, 'nodea');
  record.answer(question, 19, 'nodeb');
  t.same(record.view(0, 20).answeredBy, ['nodea']);
});

t.test('the numbers of questions go on after sixteen bits', async (t) => {
  const record = new Record();
  for (let at = 0; at < 70_000; at++) record.ask(at);
  record.answer(69_999 & 0xffff, 70_000, 'nodea');
  t.equal(record.view(69_000, 70_000).lost, 999);
});

t.test('a client that was kept from asking says so', async (t) => {
  const record = new Record();
  for (const at of [0, 10, 90, 100]) record.answer(record.ask(at), at, 'nodea');
  t.equal(record.view(0, 100).stalled, 80);
});

/** A line between two arrays. */
function wire(bytes: number[], room = Number.POSITIVE_INFINITY): { ends: LineEnds; arrived: number[] } {
  const arrived: number[] = [];
  const ends: LineEnds = {
    take: (into, most) => {
      const taken = bytes.splice(0, most);
      into.set(taken);
      return taken.length;
    },
    give: (given) => {
      const fitting = [...given].slice(0, Math.max(0, room - arrived.length));
      arrived.push(...fitting);
      return fitting.length;
    },
  };
  return { ends, arrived };
}

const BYTES = Array.from({ length: 1000 }, (_, index) => index & 0xff);

t.test('a line carries as many bytes as its rate allows, and an idle line saves nothing up', async (t) => {
  const bytes: number[] = [];
  const { ends, arrived } = wire(bytes);
  const line = new Line(1200, ends, seeded(1), 0);
  for (let now = 10; now <= 1000; now += 10) line.carry(now);
  bytes.push(...BYTES);
  for (let now = 1010; now <= 2000; now += 10) line.carry(now);
  t.ok(arrived.length <= 120, `${arrived.length} bytes in a second at 1200 baud`);
  t.ok(arrived.length >= 115, `${arrived.length} bytes in a second at 1200 baud`);
  t.same(arrived, BYTES.slice(0, arrived.length));
});

t.test('a cut line takes its bytes and loses them', async (t) => {
  const { ends, arrived } = wire([...BYTES]);
  const line = new Line(115_200, ends, seeded(1), 0);
  line.settings.cut = true;
  line.carry(50);
  t.same(arrived, []);
  t.ok(line.counts.sent > 500);
});

t.test('noise garbles about as many bytes as asked for, the same ones for the same seed', async (t) => {
  const garbled = (seed: number): number[] => {
    const { ends, arrived } = wire([...BYTES]);
    const line = new Line(1_000_000, ends, seeded(seed), 0);
    line.settings.noise = 0.01;
    line.carry(100);
    return arrived;
  };
  t.same(garbled(7), garbled(7));
  t.notSame(garbled(7), garbled(8));
  t.notSame(garbled(7), BYTES);
  t.ok(garbled(7).length <= BYTES.length + 20, 'most bytes are left alone');
});

t.test('bytes that the receiver has no room for are counted and gone', async (t) => {
  const { ends, arrived } = wire([...BYTES], 10);
  const line = new Line(1_000_000, ends, seeded(1), 0);
  line.carry(100);
  t.equal(arrived.length, 10);
  t.same(line.counts, { sent: 1000, delivered: 10, overrun: 990 });
  t.same([...line.tail], BYTES.slice(0, 10));
});
