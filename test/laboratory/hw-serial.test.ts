import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { binding } from '../../hw/binding.ts';
import { openSerial, type SerialOptions } from '../../hw/serial.ts';
import { loadPty } from '../../scripts/laboratory/native.ts';
import { Gathered } from '../unit/support/gathered.ts';

/** A pseudo-terminal whose master this test reads, or does not. */
class Terminal {
  readonly path: string;
  readonly fd: number;
  text = '';
  #handle: ReturnType<ReturnType<typeof binding>['watch']> | null = null;

  constructor() {
    ({ fd: this.fd, path: this.path } = loadPty().openPty());
  }

  /** Reads what comes, from now on. */
  read(arrived: () => void): void {
    const buffer = Buffer.alloc(4096);
    this.#handle = binding().watch(this.fd, () => {
      try {
        this.text += buffer.toString('latin1', 0, readSync(this.fd, buffer));
      } catch {
        // Nobody has the terminal open at the moment.
      }
      arrived();
    });
  }

  pull(): void {
    if (this.#handle) binding().unwatch(this.#handle);
    closeSync(this.fd);
  }
}

function open(options: Partial<SerialOptions> & { path: string }) {
  const gathered = new Gathered();
  const link = openSerial({ baud: 115200, retry: 20, ...options }, gathered);
  return { gathered, link };
}

t.test('bytes go both ways, all 8 bits of them', async (t) => {
  const terminal = new Terminal();
  const { gathered, link } = open({ path: terminal.path });
  terminal.read(() => gathered.wake());
  link.send(Buffer.from('to the line\r\n\x00\x11\x13\xff', 'latin1'));
  await gathered.until(() => terminal.text.length === 17);
  t.equal(terminal.text, 'to the line\r\n\x00\x11\x13\xff');
  writeSync(terminal.fd, Buffer.from('from the line\r\n\x00\x11\x13\x7f', 'latin1'));
  await gathered.until(() => gathered.text.length >= 19);
  t.equal(gathered.text, 'from the line\r\n\x00\x11\x13\x7f');
  t.same(gathered.faults, []);
  t.equal(link.sent, 1);
  await link.close();
  terminal.pull();
});

t.test('what came before the port was opened is not heard', async (t) => {
  const terminal = new Terminal();
  writeSync(terminal.fd, 'stale\n');
  const { gathered, link } = open({ path: terminal.path });
  terminal.read(() => gathered.wake());
  link.send(Buffer.from('open'));
  await gathered.until(() => terminal.text === 'open');
  writeSync(terminal.fd, 'fresh\n');
  await gathered.until(() => gathered.text.endsWith('fresh\n'));
  t.equal(gathered.text, 'fresh\n');
  await link.close();
  terminal.pull();
});

t.test('a port that is pulled and plugged in again', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), `twinbeat-${process.pid}-`));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'ttyUSB0');
  const first = new Terminal();
  symlinkSync(first.path, path);
  const { gathered, link } = open({ path });
  first.read(() => gathered.wake());
  link.send(Buffer.from('first'));
  await gathered.until(() => first.text === 'first');

  rmSync(path);
  first.pull();
  await gathered.until(() => gathered.faults.length > 0);
  t.match(gathered.faults[0], path);
  const dropped = link.dropped;
  link.send(Buffer.from('into the void'));
  t.equal(link.dropped, dropped + 1);
  await gathered.until(() => /No such file/.test(gathered.faults.at(-1) ?? ''));

  const second = new Terminal();
  second.read(() => gathered.wake());
  symlinkSync(second.path, path);
  await gathered.until(() => gathered.faults.at(-1) === null);
  link.send(Buffer.from('second'));
  await gathered.until(() => second.text === 'second');
  t.ok(gathered.faults.length <= 4, 'told as changes, not at every attempt');
  await link.close();
  second.pull();
});

t.test('a line that takes nothing is a fault until it does', async (t) => {
  const terminal = new Terminal();
  const { gathered, link } = open({ path: terminal.path, pace: () => 0, patience: 50 });
  const frame = Buffer.alloc(16_384, 'x');
  const timer = setInterval(() => link.send(frame), 5);
  t.teardown(() => clearInterval(timer));
  await gathered.until(() => gathered.faults.length > 0);
  t.match(gathered.faults[0], /no byte left for 50 ms/);
  terminal.read(() => gathered.wake());
  await gathered.until(() => gathered.faults.at(-1) === null);
  t.ok(link.dropped > 0);
  clearInterval(timer);
  await link.close();
  terminal.pull();
});

t.test('threads that are busy with other things are no fault of the line', async (t) => {
  const terminal = new Terminal();
  const { gathered, link } = open({ path: terminal.path, pace: () => 0, patience: 20 });
  terminal.read(() => gathered.wake());
  link.send(Buffer.from('first '));
  await gathered.until(() => terminal.text === 'first ');
  // A FIFO is not open before somebody writes to it; there are four threads.
  const fifo = join(t.testdir(), 'fifo');
  execFileSync('mkfifo', [fifo]);
  const kept = [1, 2, 3, 4].map(() => openFile(fifo, 'r'));
  link.send(Buffer.from('second'));
  await new Promise((resolve) => setTimeout(resolve, 400));
  const before = { text: terminal.text, faults: [...gathered.faults] };
  const writer = openSync(fifo, 'w');
  for (const file of await Promise.all(kept)) await file.close();
  closeSync(writer);
  t.same(before, { text: 'first ', faults: [] });
  await gathered.until(() => terminal.text === 'first second');
  t.same(gathered.faults, []);
  await link.close();
  terminal.pull();
});

t.test('what is no terminal is a fault', async (t) => {
  const { gathered, link } = open({ path: '/dev/null' });
  await gathered.until(() => gathered.faults.length > 0);
  t.match(gathered.faults[0], /^\/dev\/null: Inappropriate ioctl/);
  await link.close();
});

t.test('the line is set for heartbeats, however it was left', async (t) => {
  const terminal = new Terminal();
  const stty = (...args: string[]) =>
    execFileSync('stty', ['-F', terminal.path, ...args], { encoding: 'utf8' });
  stty('9600', 'cstopb', 'crtscts', 'ixon', 'ixoff', '-clocal', '-hupcl', 'icanon', 'echo', 'opost');
  const { gathered, link } = open({ path: terminal.path });
  terminal.read(() => gathered.wake());
  link.send(Buffer.from('open'));
  await gathered.until(() => terminal.text === 'open');
  const words = new Set(stty('-a').split(/[\s;]+/));
  // As a Heartbeat's (spec wire.md 9.1), but for flow control, which waits until the cable is known, and for what the
  // reader of the bytes does by itself (istrip, igncr).
  const wanted =
    '115200 -parenb cs8 -cstopb cread clocal hupcl -crtscts -ixon -ixoff -ixany -icanon -echo -isig -opost';
  for (const word of wanted.split(' ')) t.ok(words.has(word), word);
  await link.close();
  terminal.pull();
});

t.test('a port that is in use is refused by whatever name', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), `twinbeat-${process.pid}-`));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const terminal = new Terminal();
  const { gathered, link } = open({ path: terminal.path });
  terminal.read(() => gathered.wake());
  link.send(Buffer.from('mine'));
  await gathered.until(() => terminal.text === 'mine');
  const path = join(directory, 'usb-one');
  symlinkSync(terminal.path, path);
  const second = open({ path });
  await second.gathered.until(() => second.gathered.faults.length > 0);
  t.match(second.gathered.faults[0], /usb-one: .*Cannot lock port/);
  await link.close();
  await second.gathered.until(() => second.gathered.faults.at(-1) === null);
  await second.link.close();
  terminal.pull();
});
