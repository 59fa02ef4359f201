import { mock } from 'node:test';
import t from 'tap';
import { createSignalTeller } from '../../hw/signal.ts';

t.test('a loss is told at once, the return when it has lasted', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const told: (string | null)[] = [];
  const signal = createSignalTeller((missing) => told.push(missing), 1000);

  signal.set(null);
  t.strictSame(told, [], 'until told it is heard');
  signal.set('no carrier');
  t.strictSame(told, ['no carrier']);
  for (let count = 0; count < 20; count++) {
    signal.set(null);
    mock.timers.tick(999);
    signal.set('no carrier');
    mock.timers.tick(999);
  }
  t.strictSame(told, ['no carrier'], 'one that flaps is lost once');
  signal.set(null);
  mock.timers.tick(500);
  signal.set(null);
  mock.timers.tick(500);
  t.strictSame(told, ['no carrier', null], 'to hear the same again does not put it off');

  signal.set('no carrier');
  signal.set('the interface is down');
  t.strictSame(told.slice(2), ['no carrier']);
  mock.timers.tick(1000);
  t.strictSame(told.slice(2), ['no carrier', 'the interface is down'], 'another loss must last, too');

  signal.set(null);
  signal.hold();
  mock.timers.tick(2000);
  t.equal(told.at(-1), 'the interface is down', 'what nobody knows is not told');
  signal.set(null);
  mock.timers.tick(1000);
  t.equal(told.at(-1), null);

  signal.set('no carrier');
  signal.set(null);
  signal.close();
  mock.timers.tick(2000);
  t.equal(told.at(-1), 'no carrier', 'after the end nothing is told');
  t.end();
});
