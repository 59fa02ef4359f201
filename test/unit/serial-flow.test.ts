import t from 'tap';
import { SerialFlow } from '../../hw/serial-flow.ts';

const limit = 600;

/** A port that does what it is told, unless it `cannot`. */
function begin({ cannot = false } = {}) {
  const told: (boolean | string)[] = [];
  let cts = false;
  let flow = false;
  const set = (on: boolean) => {
    told.push(on);
    flow = on && !cannot;
  };
  const judge = new SerialFlow({ set, noted: (text) => told.push(text) }, 10_000);
  judge.opened();
  return {
    told,
    judge,
    cts(now: number, on: boolean) {
      cts = on;
      judge.changed({ dsr: false, dcd: false, cts, flow }, now, limit);
    },
    /** The port says how it is set. */
    answer: (now: number) => judge.changed({ dsr: false, dcd: false, cts, flow }, now, limit),
  };
}

const found = 'the cable has RTS and CTS: hardware flow control is on';

t.test('is on where CTS was there for ten seconds and the other end was heard', async (t) => {
  const { told, judge, cts, answer } = begin();
  cts(0, true);
  judge.heard(1000);
  t.equal(judge.due, 10_000);
  judge.look(9999);
  t.same(told, []);
  judge.look(10_000);
  t.same(told, [true]);
  answer(10_020);
  t.same(told, [true, found]);
});

t.test('is off', async (t) => {
  await t.test('on a cable of three wires', async (t) => {
    const { told, judge, cts } = begin();
    cts(0, false);
    for (let now = 0; now < 60_000; now += 1000) judge.heard(now);
    t.equal(judge.due, Number.POSITIVE_INFINITY);
    t.same(told, []);
  });
  await t.test('while nobody is heard', async (t) => {
    const { told, judge, cts } = begin();
    judge.heard(0);
    cts(10, true);
    t.equal(judge.due, Number.POSITIVE_INFINITY);
    judge.heard(60_000);
    t.same(told, [true], 'and not any more');
  });
  await t.test('while CTS comes and goes', async (t) => {
    const { told, judge, cts } = begin();
    for (let now = 0; now < 60_000; now += 5000) {
      cts(now, true);
      judge.heard(now + 1);
      cts(now + 4000, false);
    }
    t.same(told, []);
  });
});

t.test('a port without it says nothing', async (t) => {
  const { told, judge, cts, answer } = begin({ cannot: true });
  cts(0, true);
  judge.heard(10_000);
  answer(10_020);
  t.same(told, [true]);
});

t.test('CTS that stays away is not waited for', async (t) => {
  const { told, judge, cts, answer } = begin();
  cts(0, true);
  judge.heard(10_000);
  answer(10_020);
  told.splice(0);
  cts(20_000, false);
  cts(20_500, true);
  judge.look(20_600);
  t.same(told, [], 'the other end had its hands full for a moment');
  cts(30_000, false);
  t.equal(judge.due, 30_600);
  judge.look(30_600);
  t.same(told, ['hardware flow control is off: CTS is off for 600 ms', false]);
  t.equal(judge.due, Number.POSITIVE_INFINITY);
  cts(40_000, true);
  judge.heard(50_000);
  answer(50_020);
  t.same(told.slice(2), [true, found], 'found again');
});

t.test('where nothing leaves although CTS is on it is given up', async (t) => {
  const { told, judge, cts, answer } = begin();
  t.notOk(judge.stalled(), 'it was not on');
  cts(0, true);
  judge.heard(10_000);
  answer(10_020);
  t.ok(judge.stalled());
  t.same(told.slice(2), ['hardware flow control is off: nothing leaves with it', false]);
  judge.heard(60_000);
  t.equal(told.length, 4);
  judge.opened();
  cts(70_000, true);
  judge.heard(80_000);
  t.equal(told.length, 5, 'until the port is opened anew');
});
