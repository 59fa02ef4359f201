import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { openDisk } from '../../hw/disk.ts';

const directory = mkdtempSync(join(tmpdir(), `twinbeat-${process.pid}-`));
t.teardown(() => rmSync(directory, { recursive: true }));

const first = { offset: 0, length: 4096 };
const second = { offset: 4096, length: 4096 };

function file(name: string, size = 8192): string {
  const path = join(directory, name);
  writeFileSync(path, Buffer.alloc(size));
  return path;
}

t.test('a sector is written and read, and nothing beside it', async (t) => {
  const path = file('plain');
  const disk = await openDisk(path, second);
  t.equal(disk.sectorSize, 4096, 'of a file');
  await disk.write(4096, Buffer.from('second'));
  const expected = Buffer.alloc(8192);
  expected.write('second', 4096);
  t.same(readFileSync(path), expected);
  t.same(Buffer.from(await disk.read(0, 8192)), expected);
  await disk.write(4096, Buffer.from('2'));
  t.equal(readFileSync(path)[4097], 0, 'filled up with zeroes');
  await disk.close();
  await t.rejects(disk.read(0, 4096), { message: /is closed/ });
  await disk.close();
});

t.test('beyond the end of a file are zeroes', async (t) => {
  const disk = await openDisk(file('empty', 0), first);
  t.same(Buffer.from(await disk.read(0, 8192)), Buffer.alloc(8192));
  await disk.close();
});

t.test('what cannot be opened says why, and is not made', async (t) => {
  const path = join(directory, 'none');
  await t.rejects(openDisk(path, first), { code: 'ENOENT', errno: -2, syscall: 'open', message: /none/ });
  t.notOk(existsSync(path));
  await t.rejects(openDisk(directory, first), { code: 'EISDIR' });
});

t.test('each part has one owner on a machine', async (t) => {
  const path = file('owned');
  const disk = await openDisk(path, first);
  const other = await openDisk(path, second);
  await t.rejects(openDisk(path, first), { code: 'EAGAIN', message: /another process/ });
  await disk.close();
  const again = await openDisk(path, first);
  await Promise.all([again.close(), other.close()]);
});

t.test('one request at a time', async (t) => {
  const disk = await openDisk(file('busy'), first);
  const reading = disk.read(0, 4096);
  await t.rejects(disk.read(0, 4096), { code: 'EBUSY' });
  await reading;
  const last = disk.read(0, 4096);
  const closed = disk.close();
  t.equal((await last).length, 4096, 'a request that is under way is answered');
  await closed;
});

t.test('descriptors and threads go with the disk', async (t) => {
  const path = file('many');
  const count = () => [readdirSync('/proc/self/fd').length, readdirSync('/proc/self/task').length];
  await (await openDisk(path, first)).close();
  const before = count();
  for (let turn = 0; turn < 20; turn++) {
    await (await openDisk(path, first)).close();
    await t.rejects(openDisk(join(directory, 'none'), first), { code: 'ENOENT' });
  }
  t.same(count(), before);
});

t.test('without direct access where the file system has none', async (t) => {
  const mounted = join(directory, 'ramfs');
  mkdirSync(mounted);
  const reason = refusal(['mount', '-t', 'ramfs', 'none', mounted]);
  if (reason !== null) return t.pass('no such file system here', { skip: reason });
  t.teardown(() => refusal(['umount', mounted]));
  writeFileSync(join(mounted, 'lock'), Buffer.alloc(8192));
  const disk = await openDisk(join(mounted, 'lock'), first);
  t.equal(disk.direct, false);
  await disk.write(0, Buffer.from('cached'));
  t.equal(Buffer.from(await disk.read(0, 4096)).toString('latin1', 0, 6), 'cached');
  await disk.close();
});

/** Runs the commands; why one of them could not be, or null. */
function refusal(...commands: (readonly [string, ...string[]])[]): string | null {
  for (const [command, ...args] of commands) {
    try {
      execFileSync(command, args, { stdio: 'pipe', timeout: 20_000 });
    } catch (error) {
      return `${command}: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
    }
  }
  return null;
}

function loopDevice(path: string, ...options: string[]): string | null {
  try {
    const args = ['--find', '--show', ...options, path];
    return execFileSync('losetup', args, { encoding: 'utf8', stdio: 'pipe', timeout: 20_000 }).trim();
  } catch {
    return null;
  }
}

for (const size of [512, 4096]) {
  t.test(`a device with sectors of ${size} bytes`, async (t) => {
    const path = file(`backing-${size}`, 1 << 20);
    const device = loopDevice(path, '--sector-size', String(size));
    if (device === null) return t.pass('no loop device here', { skip: 'losetup is refused' });
    t.teardown(() => refusal(['losetup', '--detach', device]));
    const disk = await openDisk(device, second);
    t.match(disk, { sectorSize: size, direct: true });
    await disk.write(4096, Buffer.from('device'));
    t.equal(Buffer.from(await disk.read(4096, 4096)).toString('latin1', 0, 7), 'device\0');
    t.equal(readFileSync(path).toString('latin1', 4096, 4103), 'device\0', 'through all caches');
    await t.rejects(openDisk(device, second), { code: 'EAGAIN' }, 'devices have owners too');
    await disk.close();
  });
}

t.test(
  'a write that hangs holds up neither timers, nor other files, nor the ports of a process that ends',
  async (t) => {
    const device = loopDevice(file('frozen', 16 << 20));
    const mounted = join(directory, 'mounted');
    mkdirSync(mounted);
    if (device === null) return t.pass('no loop device here', { skip: 'losetup is refused' });
    t.teardown(() => refusal(['losetup', '--detach', device]));
    const reason = refusal(['mkfs.ext4', '-q', device], ['mount', device, mounted]);
    if (reason !== null) return t.pass('no file system here', { skip: reason });
    t.teardown(() => refusal(['umount', mounted]));
    writeFileSync(join(mounted, 'lock'), Buffer.alloc(8192));
    const unfreezable = refusal(['sync', '-f', mounted], ['fsfreeze', '-f', mounted]);
    if (unfreezable !== null) return t.pass('no freezing here', { skip: unfreezable });
    let frozen = true;
    const thaw = () => {
      if (frozen) frozen = refusal(['fsfreeze', '-u', mounted]) !== null;
    };
    t.teardown(thaw);
    const limit = setTimeout(thaw, 20_000);

    const child = spawn(
      process.execPath,
      [new URL('support/hung-disk.ts', import.meta.url).pathname, mounted],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const said: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(...text.trim().split('\n')));
    await once(child.stdout, 'end');
    clearTimeout(limit);
    t.ok(frozen, 'while the write hangs');
    t.same(said, ['write under way', 'timer', 'file', 'leaving'], 'and its output is closed');
    t.equal(child.exitCode, null, 'the kernel keeps the process until then');
    const exited = once(child, 'exit');
    thaw();
    t.same(await exited, [3, null]);
  },
);
