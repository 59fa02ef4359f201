import { SerialPortMock } from 'serialport';
import t, { type Test } from 'tap';
import type { ModemWatcher, PortLines } from '../../hw/modem-lines.ts';
import { openTerminal } from '../../hw/terminal.ts';
import { Gathered } from './support/gathered.ts';

const MockBinding = SerialPortMock.binding;
const dark: PortLines = { dsr: false, dcd: false, cts: false, flow: false };

/** A terminal on a port that the test lets be opened. */
function terminalOn(t: Test, path: string) {
  MockBinding.createPort(path, { echo: true, record: false });
  const told: (string | null)[] = [];
  const flow: boolean[] = [];
  let tell: (lines: Partial<PortLines>) => void = () => undefined;
  const watcher: ModemWatcher = (_, changed) => {
    tell = (lines) => changed({ ...dark, ...lines });
    return { setFlow: (on) => flow.push(on), close: async () => undefined };
  };
  const open = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<Awaited<ReturnType<typeof MockBinding.open>>>();
  const binding: typeof MockBinding = {
    ...MockBinding,
    open: async (options) => {
      await open.promise;
      const port = Object.assign(await MockBinding.open(options), { fd: 0 });
      opened.resolve(port);
      return port;
    },
  };
  const listener = Object.assign(new Gathered(), {
    signalled: (missing: string | null) => told.push(missing),
  });
  const terminal = openTerminal({ path, baud: 115_200, binding, watcher }, listener);
  t.teardown(() => terminal.close());
  const lines = (lines: Partial<PortLines>) => tell(lines);
  return { terminal, listener, told, flow, lines, open, port: opened.promise };
}

t.test('what is written before the port is open waits for it', async (t) => {
  const { terminal, listener, open } = terminalOn(t, '/dev/mock-terminal0');
  const first = terminal.write(Buffer.from('first'));
  open.resolve();
  t.equal(await first, true);
  await listener.until(() => listener.text === 'first');
});

t.test('and learns that it cannot be opened, or is closed', async (t) => {
  const away = terminalOn(t, '/dev/mock-terminal1');
  const lost = away.terminal.write(Buffer.from('lost'));
  away.open.reject(new Error('gone'));
  t.equal(await lost, false);
  const closed = terminalOn(t, '/dev/mock-terminal2');
  const late = closed.terminal.write(Buffer.from('late'));
  await closed.terminal.close();
  t.equal(await late, false);
  closed.open.resolve();
});

t.test('an adapter that does not close keeps nobody waiting', async (t) => {
  const { terminal, open, port } = terminalOn(t, '/dev/mock-terminal4');
  open.resolve();
  await terminal.write(Buffer.from('there'));
  Object.assign(await port, { close: () => new Promise(() => undefined) });
  await terminal.close();
});

t.test('DSR and DCD tell whether the human is there; flow control is never tried', async (t) => {
  const { terminal, told, flow, lines, open, listener } = terminalOn(t, '/dev/mock-terminal3');
  open.resolve();
  await terminal.write(Buffer.from('there'));
  lines({ cts: true });
  lines({});
  t.same(told, [], 'a cable of three wires has none');
  lines({ dsr: true, dcd: true, cts: true });
  await terminal.write(Buffer.from('still there'));
  t.same(told, []);
  lines({ cts: true });
  t.same(told, ['DSR and DCD are off: the other end is closed or the cable is out']);
  lines({ dsr: true, dcd: true, cts: true });
  await listener.until(() => told.length === 2);
  t.equal(told[1], null);
  t.same(flow, []);
});
