import { mock } from 'node:test';
import t, { type Test } from 'tap';
import type { InterfaceNews, NetworkInterface } from '../../hw/binding.ts';

const x0: NetworkInterface = { name: 'x0', index: 2, mac: '', up: true, carrier: true };

/** The kernel's side: what is there, what it says, and what it refuses; and who watches it. */
async function kernel(t: Test) {
  mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] });
  t.teardown(() => mock.timers.reset());
  const it = {
    now: 0,
    present: [x0],
    news: [] as InterfaceNews[],
    refuses: null as Error | null,
    opened: 0,
    open: new Set<number>(),
    wake: () => {},
  };
  const refuse = () => {
    if (it.refuses) throw it.refuses;
  };
  const binding = {
    interfaceNewsOpen() {
      refuse();
      it.open.add(++it.opened);
      return it.opened;
    },
    interfaceNewsRead() {
      refuse();
      return it.news.splice(0);
    },
    watch(fd: number, callback: () => void) {
      it.wake = callback;
      return fd;
    },
    unwatch: () => {},
  };
  const mocks = {
    '../../hw/binding.ts': { binding: () => binding },
    '../../hw/netlink.ts': { listInterfaces: () => it.present },
    '../../hw/clock.ts': { monotonic: () => it.now },
    'node:fs': { closeSync: (fd: number) => it.open.delete(fd) },
  };
  const pass = (milliseconds: number) => {
    it.now += milliseconds;
    mock.timers.tick(milliseconds);
  };
  const { watchInterface } = await t.mockImport<typeof import('../../hw/interface-watch.ts')>(
    '../../hw/interface-watch.ts',
    mocks,
  );
  return { it, watchInterface, pass };
}

t.test('news that were lost are asked for, once a second at most', async (t) => {
  const { it, watchInterface, pass } = await kernel(t);
  const told: string[] = [];
  const watch = watchInterface('x0', {
    changed: () => told.push(`carrier ${watch.now?.carrier ?? 'of nothing'}`),
    addressed: () => told.push('addresses'),
    deaf: (error) => told.push(String(error)),
  });
  t.strictSame(told, [], 'never from inside a call');
  pass(1);
  t.strictSame(told.splice(0), ['carrier true', 'addresses']);

  it.news.push({ kind: 'here', ...x0, carrier: false }, { kind: 'here', ...x0, name: 'y0' });
  it.news.push({ kind: 'addresses', index: 2 }, { kind: 'gone', index: 7 });
  it.wake();
  t.strictSame(told.splice(0), ['carrier false', 'carrier of nothing'], 'in their order, and no other name');
  it.news.push({ kind: 'here', ...x0 }, ...Array(250).fill({ kind: 'addresses', index: 2 }));
  it.wake();
  t.strictSame(told.splice(0), ['carrier true', 'addresses'], 'many addresses are told of once');

  pass(5000);
  let most = 0;
  for (let storm = 0; storm < 100; storm++) {
    it.refuses = new Error('ENOBUFS');
    if (it.open.size > 0) it.wake();
    it.refuses = null;
    pass(100);
    most = Math.max(most, it.open.size);
  }
  t.equal(most, 1);
  t.ok(it.opened >= 9 && it.opened <= 12, `${it.opened} sockets in ten seconds`);
  it.present = [];
  pass(1000);
  it.refuses = new Error('ENOBUFS');
  it.wake();
  it.refuses = null;
  told.splice(0);
  pass(1000);
  t.strictSame(told.splice(0), ['carrier of nothing', 'addresses']);

  watch.close();
  t.equal(it.open.size, 0);
  pass(5000);
  t.strictSame(told, []);
});

t.test('what cannot be heard is told, and tried again', async (t) => {
  const { it, watchInterface, pass } = await kernel(t);
  const told: string[] = [];
  it.refuses = new Error('EMFILE');
  const watch = watchInterface('x0', {
    changed: () => told.push(`index ${watch.now?.index}`),
    addressed: () => {},
    deaf: (error) => told.push(String(error)),
  });
  t.equal(watch.now, null);
  pass(1);
  t.strictSame(told.splice(0), ['Error: EMFILE']);
  pass(1000);
  t.strictSame(told.splice(0), ['Error: EMFILE']);
  it.refuses = null;
  pass(1000);
  t.strictSame(told.splice(0), ['index 2']);
  it.refuses = new Error('EMFILE');
  watch.close();
  pass(5000);
  t.strictSame(told, [], 'after the end nothing is tried');
});
