import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { DiskLock, ownBytes } from '../../firmware-agent/lock/disk-lock.ts';
import { AREA_SIZE, decodeSlot } from '../../firmware-agent/lock/sector.ts';
import type { LockNews } from '../../firmware-agent/lock/state.ts';
import { nodeTimers } from '../../firmware-agent/resources/timers.ts';
import type { Disk } from '../../hw/disk.ts';

const directory = mkdtempSync(join(tmpdir(), `twinbeat-${process.pid}-`));
t.teardown(() => rmSync(directory, { recursive: true }));

const script = fileURLToPath(new URL('support/lock-process.ts', import.meta.url));
/** Long enough for a busy machine to renew in time. */
const lease = 4_000;

function file(name: string): string {
  const path = join(directory, name);
  writeFileSync(path, Buffer.alloc(AREA_SIZE));
  return path;
}

/** A process with a lock. */
class Node {
  readonly process: ChildProcess;
  readonly lines: string[] = [];
  #heard = () => {};

  constructor(path: string, index: 0 | 1) {
    this.process = spawn(process.execPath, [script, path, String(index), String(lease)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let rest = '';
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      this.lines.push(...lines);
      this.#heard();
    });
    t.teardown(() => this.process.kill('SIGKILL'));
  }

  say(word: string): void {
    this.process.stdin?.write(`${word}\n`);
  }

  /** Resolves when the line is said at or after this place; the test's time limit is the limit. */
  async until(line: string, from = 0): Promise<void> {
    while (this.lines.indexOf(line, from) < 0)
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
  }
}

t.test('one of two holds; the other after it was killed, and not before the lease is over', async (t) => {
  const path = file('killed');
  const [one, two] = [new Node(path, 0), new Node(path, 1)];
  await Promise.all([one.until('ready'), two.until('ready')]);
  one.say('want');
  await one.until('held');
  two.say('want');
  await two.until('refused by node0');
  const counter = () => {
    const slot = decodeSlot(readFileSync(path));
    return slot.content === 'record' ? slot.record.counter : 0;
  };
  const before = counter();
  while (counter() < before + 12) await new Promise((resolve) => setTimeout(resolve, 100));
  t.notOk(two.lines.includes('held'), 'not while it is renewed, for more than a lease');
  one.process.kill('SIGKILL');
  await once(one.process, 'exit');
  const killedAt = performance.now();
  await two.until('held');
  t.ok(performance.now() - killedAt > lease / 2, 'the other has let go long before');
  t.same(one.lines.filter((line) => line !== 'ready').slice(0, 2), ['want: not held', 'held']);
});

t.test('a holder that stood still says first that it lost', async (t) => {
  const path = file('stopped');
  const [one, two] = [new Node(path, 0), new Node(path, 1)];
  await Promise.all([one.until('ready'), two.until('ready')]);
  one.say('want');
  await one.until('held');
  two.say('want');
  one.process.kill('SIGSTOP');
  await two.until('held');
  const from = one.lines.length;
  // Its first news after the pause may come from a message, a timer or the disk.
  one.say('check');
  one.process.kill('SIGCONT');
  await one.until('check: not held', from);
  t.equal(one.lines[from], 'lost');
  one.say('want');
  await one.until('refused by node1', from);
  two.say('free');
  await one.until('held', from);
  t.ok(two.lines.includes('freed'));
});

t.test('a disk that errs is opened again', async (t) => {
  const bytes = Buffer.alloc(2 * AREA_SIZE);
  const news: LockNews[] = [];
  const warnings: string[] = [];
  let opened = 0;
  let closed = 0;
  let broken = false;
  const open = async (): Promise<Disk> => {
    opened += 1;
    const attempt = () => {
      if (broken) throw new Error('EIO: broken');
    };
    return {
      sectorSize: 4096,
      direct: false,
      async read(offset, length) {
        attempt();
        return Uint8Array.from(bytes.subarray(offset, offset + length));
      },
      async write(offset, sector) {
        attempt();
        bytes.set(sector, offset);
      },
      async close() {
        closed += 1;
      },
    };
  };
  let heard = () => {};
  const lock = new DiskLock({
    settings: { index: 1, node: 'beta', incarnation: '00'.repeat(16), lease: 400 },
    path: '/the/lock',
    area: 1,
    open,
    timers: nodeTimers,
    log: (level, text) => warnings.push(`${level} ${text}`),
    tell(item) {
      news.push(item);
      heard();
    },
  });
  const told = async (what: LockNews['do']) => {
    while (!news.some((item) => item.do === what))
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
  };
  lock.want();
  await told('held');
  t.ok(lock.held);
  t.match(lock.report(), { phase: 'holding', epoch: 1, other: null, fault: null });
  t.match(decodeSlot(bytes.subarray(ownBytes(1, 1).offset)), { record: { node: 'beta' } });
  t.same(bytes.subarray(0, AREA_SIZE), Buffer.alloc(AREA_SIZE), 'the other lock is left alone');
  broken = true;
  await told('lost');
  t.notOk(lock.held);
  t.same(news.slice(1), [
    { do: 'fault', text: 'EIO: broken' },
    { do: 'lost', why: 'EIO: broken' },
  ]);
  broken = false;
  lock.free();
  await told('freed');
  lock.stop();
  lock.want();
  await new Promise(setImmediate);
  t.equal(closed, opened);
  t.ok(opened > 1);
  t.equal(warnings.length, 1);
  t.match(warnings[0], /WARN lock \/the\/lock: .*no direct access/);
});
