import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { LineWriter } from '../../firmware-agent/log/line-writer.ts';
import { fileSink, type LineSink } from '../../firmware-agent/log/sink.ts';

/** A place for lines whose every append waits for `answer`. */
class HeldSink implements LineSink {
  readonly name = 'held';
  written = '';
  #pending: { bytes: Uint8Array; resolve: (n: number) => void; reject: (e: Error) => void } | undefined;

  append(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#pending = { bytes, resolve, reject };
    });
  }

  get waiting(): boolean {
    return this.#pending !== undefined;
  }

  async answer(outcome: number | Error): Promise<void> {
    const pending = this.#pending;
    if (!pending) throw new Error('nothing is being appended');
    this.#pending = undefined;
    if (outcome instanceof Error) pending.reject(outcome);
    else {
      const count = Math.min(outcome, pending.bytes.length);
      this.written += Buffer.from(pending.bytes.subarray(0, count)).toString();
      pending.resolve(count);
    }
    await settled();
  }
}

/** Lets every promise that can go on do so. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

function writerTo(sink: LineSink, capacity?: number) {
  const complaints: string[] = [];
  const writer = new LineWriter({
    sink,
    ...(capacity !== undefined && { capacity }),
    retryAfter: 1,
    lost: (count) => `${count} lost`,
    complain: (text) => complaints.push(text),
  });
  return { writer, complaints };
}

t.test('lines arrive in order, all that wait in one append, rests of partial ones first', async (t) => {
  const sink = new HeldSink();
  const { writer } = writerTo(sink);
  writer.write('one');
  writer.write('two');
  writer.write('three');
  await sink.answer(2);
  t.equal(sink.written, 'on');
  await sink.answer(100);
  t.equal(sink.written, 'one\n');
  await sink.answer(100);
  t.equal(sink.written, 'one\ntwo\nthree\n');
  t.notOk(sink.waiting, 'nothing is left');
});

t.test('a full queue drops and counts, and the gap is named where it is', async (t) => {
  const sink = new HeldSink();
  const { writer } = writerTo(sink, 10);
  writer.write('first');
  writer.write('1234');
  writer.write('5678');
  writer.write('lost');
  writer.write('');
  await sink.answer(100);
  writer.write('also lost');
  await sink.answer(100);
  t.equal(
    sink.written,
    'first\n1234\n5678\n2 lost\n',
    'an empty line would fit, but not before the gap is told',
  );
  await sink.answer(100);
  t.equal(sink.written, 'first\n1234\n5678\n2 lost\nalso lost\n', 'and there is room again');
});

t.test('a failing sink is complained of once, tried again, and its return told', async (t) => {
  let broken = true;
  let tries = 0;
  let text = '';
  const { writer, complaints } = writerTo({
    name: 'disk',
    async append(bytes) {
      tries += 1;
      if (broken) throw new Error('ENOSPC: no space left on device, write');
      text += Buffer.from(bytes).toString();
      return bytes.length;
    },
  });
  writer.write('a');
  while (tries < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  writer.write('b');
  t.strictSame(complaints, ['cannot write to disk: ENOSPC: no space left on device, write; trying again']);
  broken = false;
  await writer.flush();
  t.equal(text, 'a\nb\n');
  t.strictSame(complaints.slice(1), ['disk can be written again']);
});

t.test('a sink that is only slow is not complained of', async (t) => {
  let full = true;
  let text = '';
  const { writer, complaints } = writerTo({
    name: 'terminal',
    async append(bytes) {
      if (full) return 0;
      text += Buffer.from(bytes).toString();
      return bytes.length;
    },
  });
  writer.write('a');
  const flushed = writer.flush();
  await settled();
  t.equal(text, '');
  full = false;
  // Its retries alone do not keep a process alive.
  const alive = setTimeout(() => undefined, 60_000);
  await flushed;
  clearTimeout(alive);
  t.equal(text, 'a\n');
  t.strictSame(complaints, []);
});

t.test('flush ends when a last attempt fails', async (t) => {
  const { writer } = writerTo({ name: 'disk', append: () => Promise.reject(new Error('EIO')) });
  writer.write('a');
  await writer.flush();
  t.pass('it ended');
});

t.test('a rotated file is followed without a signal', async (t) => {
  const dir = t.testdir({});
  const path = join(dir, 'ha-log');
  const { writer, complaints } = writerTo(fileSink(path));
  writer.write('before');
  await writer.flush();
  renameSync(path, `${path}.1`);
  writer.write('after');
  await writer.flush();
  t.equal(readFileSync(`${path}.1`, 'utf8'), 'before\n');
  t.equal(readFileSync(path, 'utf8'), 'after\n');
  t.strictSame(complaints, []);
});

t.test('a file that was there is appended to', async (t) => {
  const path = join(t.testdir({}), 'ha-log');
  writeFileSync(path, 'old\n');
  const { writer } = writerTo(fileSink(path));
  writer.write('new');
  await writer.flush();
  t.equal(readFileSync(path, 'utf8'), 'old\nnew\n');
});

t.test('a directory that appears later is used then', async (t) => {
  const dir = join(t.testdir({}), 'log');
  const { writer, complaints } = writerTo(fileSink(join(dir, 'ha-log')));
  writer.write('kept');
  await writer.flush();
  t.match(complaints[0], /^cannot write to .*ha-log: ENOENT/);
  mkdirSync(dir);
  await writer.flush();
  t.equal(readFileSync(join(dir, 'ha-log'), 'utf8'), 'kept\n');
});
