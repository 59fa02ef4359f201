import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { SerialPortMock } from 'serialport';
import t, { type Test } from 'tap';
import type { ModemWatcher, PortLines } from '../../hw/modem-lines.ts';
import { openSerial, type SerialOptions } from '../../hw/serial.ts';
import { Gathered } from './support/gathered.ts';

const MockBinding = SerialPortMock.binding;

/** The mock, with each frame that reaches the kernel noted, and a kernel that can stop taking them. */
class Line {
  readonly path: string;
  readonly written: string[] = [];
  /** Frames wait in `release` while this is set. */
  held = false;
  release: (() => void)[] = [];
  opened = 0;
  /** Openings, refused ones as well. */
  attempts = 0;
  /** Frames that were handed over while an earlier one was still held. */
  overtaken = 0;
  port: Awaited<ReturnType<typeof MockBinding.open>> | null = null;
  /** What the port was told besides to write, in order. */
  readonly deeds: string[] = [];
  /** Openings wait for it, closings for the other. */
  opening: Promise<void> = Promise.resolve();
  closing: Promise<void> = Promise.resolve();
  /** What was written is on the line then. */
  draining: Promise<void> = Promise.resolve();
  /** As the native port has it: it tells that the terminal hung up. */
  poller = new EventEmitter();

  constructor(path: string) {
    this.path = path;
    MockBinding.createPort(path, { echo: false, record: false });
  }

  get binding(): typeof MockBinding {
    return {
      ...MockBinding,
      open: async (options) => {
        this.attempts++;
        await this.opening;
        const port = await MockBinding.open(options);
        this.opened++;
        const { flush, close } = port;
        port.flush = () => {
          this.deeds.push('flush');
          return flush.call(port);
        };
        port.drain = () => {
          this.deeds.push('drain');
          return this.draining;
        };
        port.close = async () => {
          this.deeds.push('close');
          await this.closing;
          await close.call(port);
        };
        this.port = port;
        this.poller = new EventEmitter();
        Object.assign(port, { poller: this.poller, fd: 0 });
        const write = port.write.bind(port);
        port.write = async (bytes: Buffer) => {
          this.written.push(bytes.toString('latin1'));
          if (this.release.length > 0) this.overtaken++;
          if (this.held) await new Promise<void>((resolve) => this.release.push(resolve));
          await write(bytes);
        };
        return port;
      },
    };
  }

  letGo(): void {
    this.held = false;
    for (const resolve of this.release.splice(0)) resolve();
  }
}

/** The modem lines of a port, as a test moves them. */
class FakeModem {
  opened = 0;
  readonly flow: boolean[] = [];
  readonly #deeds: string[];
  /** Its end waits for it. */
  closing: Promise<void> = Promise.resolve();
  tell: (lines: Partial<PortLines>) => void = () => undefined;

  /** @param deeds as of {@link Line} */
  constructor(deeds: string[]) {
    this.#deeds = deeds;
  }

  readonly watcher: ModemWatcher = (_fd, changed) => {
    this.opened++;
    let now: PortLines = { dsr: false, dcd: false, cts: false, flow: false };
    this.tell = (lines) => {
      now = { ...now, ...lines };
      changed(now);
    };
    return {
      setFlow: (on) => {
        this.flow.push(on);
        this.#deeds.push(on ? 'flow on' : 'flow off');
      },
      close: () => this.closing,
    };
  };
}

let lines = 0;

function open(
  t: { teardown(end: () => Promise<void>): void },
  options: Partial<SerialOptions> = {},
  waits: Partial<Pick<Line, 'opening' | 'closing'>> = {},
) {
  const line = Object.assign(new Line(`/dev/mock${lines++}`), waits);
  const gathered = new Gathered();
  const modem = new FakeModem(line.deeds);
  const told: (string | null)[] = [];
  const listener = Object.assign(gathered, {
    signalled: (missing: string | null) => told.push(missing),
    noted: (text: string) => told.push(text),
  });
  const { binding } = line;
  const link = openSerial(
    { path: line.path, baud: 115200, binding, watcher: modem.watcher, retry: 10, ...options },
    listener,
  );
  t.teardown(() => link.close());
  return { line, gathered, link, modem, told };
}

const bytes = (text: string) => Buffer.from(text, 'latin1');

t.test('opens with the settings of the cable', async (t) => {
  const { line, gathered, link } = open(t, { baud: 19200 });
  link.send(bytes('x'));
  await gathered.until(() => line.written.length === 1);
  t.match(line.port?.openOptions, {
    baudRate: 19200,
    dataBits: 8,
    parity: 'none',
    stopBits: 1,
    rtscts: false,
    xon: false,
    xoff: false,
    lock: true,
  });
});

t.test('frames go out one at a time and in order, each whole', async (t) => {
  const { line, gathered, link } = open(t);
  for (const text of ['one', 'two', 'three']) link.send(bytes(text));
  await gathered.until(() => line.written.length === 3);
  t.same(line.written, ['one', 'two', 'three']);
  await gathered.until(() => link.sent === 3);
  t.equal(link.dropped, 0);
});

t.test('a newer heartbeat replaces the one that waits', async (t) => {
  const { line, gathered, link } = open(t);
  line.held = true;
  link.send(bytes('first'), 'status');
  await gathered.until(() => line.release.length === 1);
  link.send(bytes('old'), 'status');
  link.send(bytes('other'));
  link.send(bytes('older'), 'status');
  link.send(bytes('new'), 'status');
  line.letGo();
  await gathered.until(() => link.sent === 3);
  t.same(line.written, ['first', 'new', 'other']);
  t.equal(line.overtaken, 0, 'nothing was handed over while the kernel had not taken the one before');
  t.equal(link.dropped, 0, 'replaced is not dropped');
});

t.test('the next frame waits until the line has had the time for the last one', async (t) => {
  const times: number[] = [];
  const { line, gathered, link } = open(t, {
    pace: (length) => {
      times.push(performance.now());
      return length * 10;
    },
  });
  link.send(bytes('ten bytes.'));
  link.send(bytes('and'));
  await gathered.until(() => line.written.length === 2);
  const [first, second] = times as [number, number];
  t.ok(second - first >= 99, 'the line time of ten bytes at 10 ms each');
});

t.test('the queue is bounded: the oldest goes', async (t) => {
  const { line, gathered, link } = open(t, { pace: () => 0 });
  line.held = true;
  link.send(bytes('in the kernel'));
  await gathered.until(() => line.release.length === 1);
  for (let index = 0; index < 80; index++) link.send(bytes(`${index}`));
  t.equal(link.dropped, 16);
  line.letGo();
  await gathered.until(() => link.sent === 65);
  t.equal(line.written[1], '16');
  t.equal(line.written.at(-1), '79');
});

t.test('received chunks are handed on as they come', async (t) => {
  const { line, gathered } = open(t);
  await gathered.until(() => line.port !== null);
  await gathered.until(() => {
    if (!gathered.text) line.port?.emitData(bytes('>>>\n\x80\xff'));
    return gathered.text !== '';
  });
  t.match(gathered.text, />>>\n\x80\xff/);
});

t.test('a frame that the kernel does not take is a fault; the port is opened anew', async (t) => {
  const { line, gathered, link } = open(t, { patience: 20, pace: () => 0 });
  line.held = true;
  link.send(bytes('stuck'));
  await gathered.until(() => line.release.length === 1);
  link.send(bytes('behind it'));
  await gathered.until(() => gathered.faults.length > 0);
  t.match(gathered.faults, [/mock.*no byte left for 20 ms/]);
  t.equal(link.dropped, 2);
  await gathered.until(() => line.opened === 2);
  t.same(gathered.faults.length, 1, 'open again, but not known to work');
  line.letGo();
  await gathered.until(() => {
    if (link.sent === 0) link.send(bytes('fresh'), 'status');
    return link.sent > 0;
  });
  await gathered.until(() => gathered.faults.length === 2);
  t.equal(gathered.faults[1], null);
  t.notOk(line.written.includes('behind it'));
});

t.test('a port that does not exist is looked for until it does', async (t) => {
  const { line, gathered, link } = open(t, { path: '/dev/mock-late' });
  await gathered.until(() => gathered.faults.length === 1);
  t.match(gathered.faults[0], '/dev/mock-late: ');
  link.send(bytes('nowhere'));
  t.equal(link.dropped, 1);
  MockBinding.createPort('/dev/mock-late');
  await gathered.until(() => gathered.faults.length === 2);
  t.equal(gathered.faults[1], null);
  link.send(bytes('there'));
  await gathered.until(() => line.written.length === 1);
});

t.test('a port that fails is opened again', async (t) => {
  const { line, gathered, link } = open(t);
  link.send(bytes('one'));
  await gathered.until(() => link.sent === 1);
  const { port } = line;
  if (port) port.write = () => Promise.reject(new Error('EIO: pulled'));
  link.send(bytes('two'));
  await gathered.until(() => gathered.faults.length === 2);
  t.match(gathered.faults, [/EIO: pulled/, null]);
  link.send(bytes('three'));
  await gathered.until(() => line.written.includes('three'));
});

t.test('a port that fails is opened again although its last frame reports late', async (t) => {
  const { line, gathered, link } = open(t);
  link.send(bytes('first'));
  await gathered.until(() => link.sent === 1);
  // The kernel has taken the frame, and says so when the port is gone already.
  if (line.port) line.port.write = () => new Promise<void>((resolve) => line.release.push(resolve));
  link.send(bytes('late'));
  await gathered.until(() => line.release.length === 1);
  line.poller.emit('disconnect');
  line.letGo();
  await gathered.until(() => line.opened === 2);
  await gathered.until(() => gathered.faults.at(-1) === null);
  link.send(bytes('again'));
  await gathered.until(() => line.written.at(-1) === 'again');
  t.match(gathered.faults[0], /hung up/, 'the fault is told all the same');
});

t.test('close lets out what waits, and nothing after it', async (t) => {
  const { line, gathered, link } = open(t, { pace: () => 1 });
  link.send(bytes('going'));
  await gathered.until(() => link.sent === 1);
  link.send(bytes('last'));
  link.send(bytes('words'));
  const closed = link.close();
  link.send(bytes('too late'));
  await closed;
  t.same(line.written, ['going', 'last', 'words']);
  t.equal(link.dropped, 1);
  t.equal(line.port?.isOpen, false);
  await link.close();
});

t.test('the other end closes its port: told by its lines, and no fault', async (t) => {
  const { gathered, modem, told } = open(t);
  await gathered.until(() => modem.opened === 1);
  modem.tell({ dsr: true, dcd: true });
  t.same(told, []);
  modem.tell({ dsr: false, dcd: false });
  t.same(told, ['DSR and DCD are off: the other end is closed or the cable is out']);
  modem.tell({ dsr: true, dcd: true });
  await gathered.until(() => told.length === 2);
  t.equal(told[1], null);
  t.same(gathered.faults, []);
});

/** A link whose cable has proved to have RTS and CTS. */
async function openWithFlow(t: Test) {
  const opened = open(t, { patience: 20, pace: () => 0, proof: 20 });
  const { line, gathered, modem } = opened;
  await gathered.until(() => modem.opened === 1);
  modem.tell({ cts: true });
  line.port?.emitData(bytes('heard'));
  await gathered.until(() => modem.flow.length === 1);
  modem.tell({ flow: true });
  return opened;
}

t.test('CTS that goes away under flow control holds nothing up', async (t) => {
  const { line, gathered, modem, told, link } = await openWithFlow(t);
  t.same(told, ['the cable has RTS and CTS: hardware flow control is on']);
  modem.tell({ cts: false });
  await gathered.until(() => modem.flow.length === 2);
  t.same(modem.flow, [true, false]);
  t.match(told[1], /^hardware flow control is off: CTS is off for 1000 ms/);
  link.send(bytes('on we go'));
  await gathered.until(() => line.written.includes('on we go'));
  t.same(gathered.faults, []);
});

t.test('a frame that flow control keeps back leaves without it, and the port stays open', async (t) => {
  const { line, gathered, modem, told, link } = await openWithFlow(t);
  line.held = true;
  link.send(bytes('stuck'));
  await gathered.until(() => modem.flow.length === 2);
  line.letGo();
  await gathered.until(() => link.sent === 1);
  t.same(told.slice(1), ['hardware flow control is off: nothing leaves with it']);
  t.same(gathered.faults, []);
  t.equal(line.opened, 1);
});

t.test('a port that is let go of under flow control leaves nothing for the kernel to wait for', async (t) => {
  const { line, modem, link } = await openWithFlow(t);
  modem.tell({ cts: false });
  line.deeds.splice(0);
  await link.rest?.();
  t.same(line.deeds, ['flow off', 'flush', 'close']);
});

t.test('its orderly end lets what the kernel has leave first, not for ever', async (t) => {
  const { line, link } = await openWithFlow(t);
  line.deeds.splice(0);
  const leaves = Promise.withResolvers<void>();
  line.draining = leaves.promise;
  const closed = link.close();
  await pause(100);
  t.same(line.deeds, ['drain']);
  leaves.resolve();
  await closed;
  t.same(line.deeds, ['drain', 'flow off', 'flush', 'close']);

  const stuck = await openWithFlow(t);
  stuck.line.draining = new Promise(() => undefined);
  await stuck.link.close();
  t.same(stuck.line.deeds.slice(-3), ['flow off', 'flush', 'close']);
});

t.test('given back twice while the port is slow to close, it is opened once', async (t) => {
  const opening = Promise.withResolvers<void>();
  const closing = Promise.withResolvers<void>();
  const { line, gathered, link } = open(t, {}, { opening: opening.promise, closing: closing.promise });
  const resting = link.rest?.();
  opening.resolve();
  const giveBack = await resting;
  giveBack?.();
  (await link.rest?.())?.();
  closing.resolve();
  await gathered.until(() => line.opened === 2);
  link.send(bytes('here'));
  await gathered.until(() => line.written.includes('here'));
  t.same(gathered.faults, []);
  t.equal(line.attempts, 2);
});

t.test('a port that cannot be let go of is used further', async (t) => {
  const { line, gathered, link, modem } = open(t);
  await gathered.until(() => modem.opened === 1);
  modem.closing = Promise.reject(new Error('EBADF'));
  await t.rejects(async () => link.rest?.(), /EBADF/);
  modem.closing = Promise.resolve();
  await gathered.until(() => modem.opened === 2);
  link.send(bytes('here'));
  await gathered.until(() => line.written.includes('here'));
});

t.test('a port whose lines cannot be watched works without', async (t) => {
  const watcher = () => {
    throw new Error('EAGAIN: no thread left');
  };
  const { line, gathered, link, told } = open(t, { watcher });
  link.send(bytes('works'));
  await gathered.until(() => line.written.includes('works'));
  t.same(told, ['its modem lines are not watched: EAGAIN: no thread left']);
});
