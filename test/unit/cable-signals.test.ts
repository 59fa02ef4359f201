import t from 'tap';
import { CableSignals } from '../../firmware-agent/cable-signals.ts';

const CABLE = '/dev/ttyS0';

function signals() {
  const told: (readonly [string, string | null])[] = [];
  const it = new CableSignals((link, missing) => told.push([link, missing]));
  return { it, told };
}

t.test('what the hardware hears is told at once', async (t) => {
  const { it, told } = signals();
  it.take(CABLE, 'DSR is off');
  it.take('x0', null);
  t.same(told, [
    [CABLE, 'DSR is off'],
    ['x0', null],
  ]);
  t.same(it.present, told);
});

t.test('while the ends of a cable close and open their ports, nothing of it is told', async (t) => {
  const { it, told } = signals();
  it.take(CABLE, null);
  const [first, second] = [it.hush(CABLE), it.hush(CABLE)];
  it.take(CABLE, 'DSR is off');
  it.take('x0', 'no carrier');
  t.same(told.splice(0), [
    [CABLE, null],
    ['x0', 'no carrier'],
  ]);
  t.same(it.present[0], [CABLE, 'DSR is off'], 'a new life begins with what is');
  first();
  first();
  t.same(told, [], 'the second one still wants silence');
  it.take(CABLE, 'DSR and DCD are off');
  second();
  t.same(told.splice(0), [[CABLE, 'DSR and DCD are off']], 'what lasts is told afterwards');
  it.take(CABLE, null);
  t.same(told, [[CABLE, null]]);
});

t.test('of a cable without modem lines nothing is told', async (t) => {
  const { it, told } = signals();
  it.hush(CABLE)();
  t.same(told, []);
});
