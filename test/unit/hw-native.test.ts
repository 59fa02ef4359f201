import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { binding } from '../../hw/binding.ts';
import { monotonic } from '../../hw/clock.ts';
import { loadFromMemory } from '../../hw/memory-addon.ts';
import { loadAddon } from '../../hw/native.ts';
import { listSerialPorts } from '../../hw/serial.ts';

const directory = mkdtempSync(join(tmpdir(), `twinbeat-${process.pid}-`));
t.teardown(() => rmSync(directory, { recursive: true }));

const file = fileURLToPath(new URL(`../../dist/native/${process.arch}/twinbeat.node`, import.meta.url));
const bytes = readFileSync(file);
const sha256 = createHash('sha256').update(bytes).digest('hex');

t.test('an addon is loaded once', async (t) => {
  t.equal(loadAddon('twinbeat.node'), loadAddon('twinbeat.node'));
  t.type(binding().udpSend, 'function');
});

t.test('an addon that is not built is named, with the way out', async (t) => {
  t.throws(() => loadAddon('none.node' as 'raw.node'), { message: /none\.node.*npm run build/ });
});

t.test('an addon in memory leaves no name behind, and its descriptor stays', async (t) => {
  const loaded = loadFromMemory('twinbeat.node', bytes, sha256, ['/no/such/directory', directory]);
  t.type((loaded as { udpSend: unknown }).udpSend, 'function');
  t.same(readdirSync(directory), []);
  const open = readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory);
    } catch {
      return false; // the descriptor of the listing itself
    }
  });
  t.equal(open.length, 1);
});

t.test('a damaged addon is not loaded', async (t) => {
  const damaged = Uint8Array.from(bytes);
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  t.throws(() => loadFromMemory('twinbeat.node', damaged, sha256, [directory]), {
    message: /SHA-256.*damaged/,
  });
});

t.test('every directory that did not serve is named with its reason', async (t) => {
  const nowhere = () => loadFromMemory('twinbeat.node', bytes, sha256, ['/proc', '/no/such/directory']);
  t.throws(nowhere, { message: /twinbeat\.node.*noexec.*\/proc: .*; \/no\/such\/directory: ENOENT/ });
});

t.test('wrong arguments are type errors, wrong devices system errors', async (t) => {
  const addon = binding();
  t.throws(() => addon.addAddress('lo', '10.0.0', 24, null, null), { code: 'ERR_INVALID_ARG_TYPE' });
  t.throws(() => addon.addAddress('lo', '10.0.0.1', 33, null, null), { code: 'ERR_INVALID_ARG_TYPE' });
  t.throws(() => addon.udpReceiver('an-interface-name-that-is-too-long', 1, null, 0), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
  t.throws(() => addon.udpSend(0, 'text' as unknown as Uint8Array, '10.0.0.1', 1), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
  t.throws(() => addon.unwatch({} as ReturnType<typeof addon.watch>), { code: 'ERR_INVALID_ARG_TYPE' });
  const refusal = { code: 'ENODEV', errno: -19, syscall: 'if_nametoindex', message: /No such device.*none0/ };
  t.throws(() => addon.removeAddress('none0', '10.0.0.1', 24), refusal);
});

t.test('descriptors can be kept from children', async (t) => {
  t.type(binding().closeOnExec(), 'boolean');
});

t.test('serial ports are paths, in order', async (t) => {
  const ports = await listSerialPorts();
  t.same(ports, [...ports].sort());
  for (const port of ports) t.match(port, /^\/dev\//);
});

t.test('the clock goes forward', async (t) => {
  const before = monotonic();
  t.ok(monotonic() >= before);
});
