import { setTimeout as pause } from 'node:timers/promises';
import { SerialPortMock } from 'serialport';
import t from 'tap';
import { type BenchPort, openBenchPort } from '../../hw/bench-port.ts';
import { monotonic } from '../../hw/clock.ts';
import { openSerial } from '../../hw/serial.ts';
import { until } from './support/children.ts';
import { Gathered } from './support/gathered.ts';

const MockBinding = SerialPortMock.binding;
type MockPort = Awaited<ReturnType<typeof MockBinding.open>>;

/** The mock, whose parts a test may replace; all else works as in a port that echoes. */
class FakePort {
  readonly path: string;
  port: MockPort | null = null;
  opened = 0;
  /** Attempts that are refused because something else has the port. */
  locked = 0;
  /** Openings wait for it. */
  opening: Promise<void> = Promise.resolve();
  readonly #parts: (port: MockPort) => Partial<MockPort>;

  constructor(parts: (port: MockPort) => Partial<MockPort> = () => ({})) {
    this.path = `/dev/bench${count++}`;
    this.#parts = parts;
    MockBinding.createPort(this.path, { echo: true, record: false });
  }

  get binding(): typeof MockBinding {
    return {
      ...MockBinding,
      open: async (options) => {
        if (this.locked-- > 0) throw new Error('Error Resource temporarily unavailable Cannot lock port');
        await this.opening;
        this.port = await MockBinding.open(options);
        this.opened += 1;
        return Object.assign(this.port, this.#parts(this.port));
      },
    };
  }
}

let count = 0;

async function bench(
  t: { teardown(end: () => Promise<void>): void },
  fake: FakePort,
  received: (bytes: Uint8Array) => void = () => undefined,
): Promise<BenchPort> {
  const port = await openBenchPort({ path: fake.path, baud: 19_200, binding: fake.binding, received });
  t.teardown(() => port.close());
  return port;
}

t.test('bytes go through as they are, at the rate that is asked for', async (t) => {
  const heard: number[] = [];
  const fake = new FakePort();
  const port = await bench(t, fake, (bytes) => heard.push(...bytes));
  t.match(fake.port?.openOptions, { baudRate: 19_200, rtscts: false, xon: false, xoff: false, lock: true });
  t.equal(await port.rate(115_200), true);
  t.same(await fake.port?.getBaudRate(), { baudRate: 115_200 });
  await port.write(Uint8Array.from([0xa5, 0, 17, 19]));
  await until(() => heard.length === 4);
  t.same(heard, [0xa5, 0, 17, 19]);
});

t.test('a write lasts as long as the line takes for it', async (t) => {
  const port = await bench(t, new FakePort());
  const started = monotonic();
  await port.write(new Uint8Array(192));
  t.ok(monotonic() - started >= 99, '192 bytes at 19200 baud');
});

t.test('a rate that the port does not do', async (t) => {
  const port = await bench(
    t,
    new FakePort((port) => {
      const update = port.update.bind(port);
      return {
        update: (options) =>
          options.baudRate > 115_200 ? Promise.reject(new Error('no such rate')) : update(options),
      };
    }),
  );
  t.equal(await port.rate(230_400), false);
  t.equal(await port.rate(9600), true, 'the port still works');
});

t.test('a port that does not answer is not one that refuses a rate', async (t) => {
  const port = await bench(t, new FakePort(() => ({ update: () => new Promise(() => undefined) })));
  await t.rejects(port.rate(9600), { message: 'the port does not answer' });
});

t.test('an adapter that does not close keeps nobody waiting', async (t) => {
  const port = await bench(t, new FakePort(() => ({ close: () => new Promise(() => undefined) })));
  await port.close();
});

t.test('outputs are set together, inputs are read', async (t) => {
  const set: object[] = [];
  const port = await bench(
    t,
    new FakePort(() => ({
      set: async (options) => void set.push(options),
      get: async () => ({ cts: true, dsr: false, dcd: true }),
    })),
  );
  await port.drive('rts', false);
  await port.drive('dtr', false);
  await port.drive('rts', true);
  t.match(set, [
    { rts: false, dtr: true },
    { rts: false, dtr: false },
    { rts: true, dtr: false },
  ]);
  t.same(await port.sense(), { cts: true, dsr: false, dcd: true });
});

t.test('a terminal has no modem lines', async (t) => {
  const none = () => Promise.reject(new Error('Error: Inappropriate ioctl for device, cannot get'));
  const port = await bench(t, new FakePort(() => ({ set: none, get: none })));
  await port.drive('dtr', false);
  t.equal(await port.sense(), null);
  const broken = () => Promise.reject(new Error('Error: Bad file descriptor, cannot get'));
  const other = await bench(t, new FakePort(() => ({ set: broken, get: broken })));
  await t.rejects(other.drive('dtr', false), /Bad file/);
  await t.rejects(other.sense(), /Bad file/);
});

t.test('a port that somebody has is waited for, not for ever', async (t) => {
  const fake = new FakePort();
  fake.locked = 2;
  await bench(t, fake);
  t.equal(fake.opened, 1);
  const taken = new FakePort();
  taken.locked = Number.POSITIVE_INFINITY;
  await t.rejects(bench(t, taken), /lock/);
  const gone = new FakePort();
  const started = monotonic();
  await t.rejects(
    openBenchPort({ path: '/dev/none', baud: 9600, binding: gone.binding, received: () => undefined }),
    /none|exist/,
  );
  t.ok(monotonic() - started < 1500, 'one that does not exist is not');
});

t.test('a port that takes nothing, and one that fails, end what waits for them', async (t) => {
  const stuck = await bench(t, new FakePort(() => ({ write: () => new Promise(() => undefined) })));
  await t.rejects(stuck.write(new Uint8Array(32)), { message: 'the port does not answer' });
  const fake = new FakePort(() => ({ write: () => Promise.reject(new Error('unplugged')) }));
  const port = await bench(t, fake);
  await t.rejects(port.write(new Uint8Array(32)), /unplugged/);
  await t.rejects(port.rate(9600), /unplugged/);
});

t.test('who closes it ends what waits', async (t) => {
  const fake = new FakePort();
  const port = await bench(t, fake);
  const written = port.write(new Uint8Array(1920));
  const refused = t.rejects(written, { message: 'the port is closed' });
  await port.close();
  await refused;
  t.equal(fake.port?.isOpen, false);
  await t.rejects(port.write(new Uint8Array(32)), { message: 'the port is closed' });
});

t.test('a link lets go of its port, and takes it up again', async (t) => {
  const fake = new FakePort();
  const gathered = new Gathered();
  const link = openSerial(
    {
      path: fake.path,
      baud: 115_200,
      binding: fake.binding,
      watcher: () => ({ setFlow: () => undefined, close: async () => undefined }),
      retry: 10,
    },
    gathered,
  );
  t.teardown(() => link.close());
  // An opening that is under way has the port in a moment.
  const opening = Promise.withResolvers<void>();
  fake.opening = opening.promise;
  let isResting = false;
  const resting = link.rest?.().finally(() => {
    isResting = true;
  });
  await pause(50);
  t.notOk(isResting, 'the opening is waited for');
  opening.resolve();
  const giveBack = await resting;
  t.same([fake.opened, fake.port?.isOpen], [1, false]);

  const port = await openBenchPort({
    path: fake.path,
    baud: 9600,
    binding: fake.binding,
    received: () => undefined,
  });
  link.send(Buffer.from('stale'));
  await port.close();
  t.equal(link.dropped, 1, 'what was to be sent meanwhile');
  t.equal(fake.opened, 2);
  giveBack?.();
  giveBack?.();
  await gathered.until(() => fake.opened === 3);
  await gathered.until(() => {
    if (link.sent === 0) link.send(Buffer.from('fresh'), 'status');
    return gathered.text.includes('fresh');
  });
  t.notMatch(gathered.text, 'stale');
  t.same(gathered.faults, [], 'nobody was told of any of this');
});
