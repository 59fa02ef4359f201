import t from 'tap';
import { SerialSignal } from '../../hw/serial-signal.ts';

/** A port that was just opened; `at` says which lines are on from then. */
function begin() {
  const told: (string | null)[] = [];
  const signal = new SerialSignal((missing) => told.push(missing));
  signal.opened();
  const at = (now: number, lines: string) => {
    const on = (name: string) => lines.includes(name);
    signal.changed({ dsr: on('DSR'), dcd: on('DCD'), cts: on('CTS'), flow: false }, now);
  };
  return { told, signal, at };
}

const both = 'DSR and DCD are off: the other end is closed or the cable is out';
const dcd = 'DCD is off: the other end is closed or the cable is out';

t.test('a cable of three wires misses nothing', async (t) => {
  const { told, signal, at } = begin();
  at(0, '');
  at(10, 'CTS');
  at(20, '');
  t.equal(signal.due, Number.POSITIVE_INFINITY);
  t.same(told, []);
});

t.test('the loss is told at once, the return when it has lasted a second', async (t) => {
  const { told, signal, at } = begin();
  at(0, 'DSR DCD');
  at(5000, '');
  t.same(told, [both]);
  at(6000, 'DSR DCD');
  t.same(told, [both]);
  t.equal(signal.due, 7000);
  signal.look(7000);
  t.same(told, [both, null]);
  t.equal(signal.due, Number.POSITIVE_INFINITY);
});

t.test('lines that flap are told of once', async (t) => {
  const { told, signal, at } = begin();
  at(0, 'DSR DCD');
  for (let now = 1000; now < 60_000; now += 100)
    at(now, now % 200 === 0 ? '' : now % 300 === 0 ? 'DSR' : 'DSR DCD');
  t.same(told, [both]);
  at(60_000, 'DSR DCD');
  signal.look(61_000);
  t.same(told, [both, null]);
});

t.test('what was never on is not missed with the rest', async (t) => {
  const { told, at } = begin();
  at(0, 'DCD');
  at(10, '');
  t.same(told, [dcd]);
});

t.test('each line by itself', async (t) => {
  const { told, signal, at } = begin();
  at(0, 'DSR DCD');
  at(10, 'DSR');
  at(20, '');
  at(30, 'DSR');
  signal.look(1030);
  t.same(told, [dcd, both, dcd]);
});

t.test('a port that was opened anew', async (t) => {
  await t.test('has what it lost when it is there again', async (t) => {
    const { told, signal, at } = begin();
    at(0, 'DSR DCD');
    at(10, '');
    signal.opened();
    at(20, '');
    t.same(told, [both], 'nothing new');
    at(30, 'DSR DCD');
    signal.look(1030);
    t.same(told, [both, null]);
  });
  await t.test('misses nothing where the other end is heard without it: it is another cable', async (t) => {
    const { told, signal, at } = begin();
    at(0, 'DSR DCD');
    at(10, '');
    signal.heard();
    t.same(told, [both], 'the last bytes of the old one');
    signal.opened();
    at(20, '');
    signal.heard();
    t.same(told, [both, null]);
  });
  await t.test('knows nothing of lines that were on before', async (t) => {
    const { told, signal, at } = begin();
    at(0, 'DSR DCD');
    signal.opened();
    at(10, '');
    t.same(told, []);
  });
});
