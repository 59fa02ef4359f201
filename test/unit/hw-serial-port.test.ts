import { setTimeout as pause } from 'node:timers/promises';
import { SerialPortMock } from 'serialport';
import t from 'tap';
import { openStream } from '../../hw/serial-port.ts';

const MockBinding = SerialPortMock.binding;

/** A stream whose port closes when the test lets it; its first write fails where it is told to. */
async function streamOn(path: string) {
  MockBinding.createPort(path, { echo: false, record: false });
  const free = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<Error>();
  const binding: typeof MockBinding = {
    ...MockBinding,
    open: async (options) => {
      const port = await MockBinding.open(options);
      const close = port.close.bind(port);
      return Object.assign(port, {
        write: () => Promise.reject(new Error('EIO: pulled')),
        close: async () => {
          await free.promise;
          await close();
        },
      });
    },
  };
  const open = await openStream(
    { path, baud: 9600, rtscts: false, binding },
    { received: () => undefined, failed: failed.resolve },
  );
  let closed = 0;
  return {
    open,
    free,
    failed: failed.promise,
    closed: () => closed,
    close: async () => {
      await open.close();
      closed += 1;
    },
  };
}

t.test('whoever closes a port waits until it is closed', async (t) => {
  const { free, close, closed } = await streamOn('/dev/mock-port0');
  const both = Promise.all([close(), close()]);
  await pause(50);
  t.equal(closed(), 0);
  free.resolve();
  await both;
  await close();
});

t.test('also of one that failed, and closes by itself', async (t) => {
  const { open, free, failed, close, closed } = await streamOn('/dev/mock-port1');
  open.stream.write('x');
  t.match(await failed, /EIO: pulled/);
  const both = Promise.all([close(), close()]);
  await pause(50);
  t.equal(closed(), 0);
  free.resolve();
  await both;
  t.notOk(open.isAlive());
});
