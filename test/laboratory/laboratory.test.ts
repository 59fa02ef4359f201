import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { NullModem } from '../../scripts/laboratory/cable.ts';
import { attempt, run } from '../../scripts/laboratory/command.ts';
import { type Bench, layBench } from '../../scripts/laboratory/laboratory.ts';
import { processes, VIRTUAL_ADDRESS } from '../../scripts/laboratory/network.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';

enterLaboratory();

/** Anything slower than this is broken, not slow. */
const PATIENCE = 20_000;
const PAIR = fileURLToPath(new URL('../../scripts/pair.ts', import.meta.url));
const LABORATORY = new URL('../../scripts/laboratory/laboratory.ts', import.meta.url).href;

function openPort(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
}

/** All bytes that wait in a port. */
function drain(port: number): Buffer {
  const bytes = Buffer.alloc(8192);
  try {
    return bytes.subarray(0, readSync(port, bytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return Buffer.alloc(0);
    throw error;
  }
}

t.test('the serial cable', async (t) => {
  const cable = await NullModem.lay(9600);
  const ports = { nodea: openPort(cable.ports.nodea), nodeb: openPort(cable.ports.nodeb) };
  t.teardown(async () => {
    for (const seat of SEATS) closeSync(ports[seat]);
    await cable.close();
  });
  const allSent = (from: Seat, count: number): Promise<void> =>
    until(`${count} bytes from ${from}`, async () => (await cable.counts())[from].sent >= count, PATIENCE);

  await t.test('carries every byte value unchanged, both ways', async (t) => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    writeSync(ports.nodea, bytes);
    writeSync(ports.nodeb, bytes);
    await Promise.all([allSent('nodea', 256), allSent('nodeb', 256)]);
    t.same(drain(ports.nodeb), bytes);
    t.same(drain(ports.nodea), bytes);
  });

  await t.test('keeps the pace of each direction', async (t) => {
    const before = await cable.counts();
    await cable.slow(2400, 'nodeb');
    writeSync(ports.nodea, Buffer.alloc(3000));
    writeSync(ports.nodeb, Buffer.alloc(3000));
    await allSent('nodeb', before.nodeb.sent + 150);
    const after = await cable.counts();
    const ratio = (after.nodea.sent - before.nodea.sent) / (after.nodeb.sent - before.nodeb.sent);
    t.ok(ratio > 3 && ratio < 5, `9600 baud carried ${ratio.toFixed(2)} times as much as 2400`);
    for (const seat of SEATS) await cable.reset(seat);
    for (const seat of SEATS) drain(ports[seat]);
  });

  await t.test(
    'loses what is sent in a cut direction, and only there; mended, it carries again',
    async (t) => {
      await cable.mend();
      await cable.cut('nodea');
      const before = await cable.counts();
      writeSync(ports.nodea, 'lost');
      writeSync(ports.nodeb, 'kept');
      await Promise.all([allSent('nodea', before.nodea.sent + 4), allSent('nodeb', before.nodeb.sent + 4)]);
      t.equal(drain(ports.nodea).toString(), 'kept');
      t.equal(drain(ports.nodeb).toString(), '');
      await cable.mend();
      writeSync(ports.nodea, 'again');
      await allSent('nodea', before.nodea.sent + 9);
      t.equal(drain(ports.nodeb).toString(), 'again');
    },
  );

  await t.test('garbles bytes when it is noisy', async (t) => {
    await cable.noise(0.5, 'nodea');
    const before = await cable.counts();
    const bytes = Buffer.alloc(200, 'x');
    writeSync(ports.nodea, bytes);
    await allSent('nodea', before.nodea.sent + 200);
    const arrived = drain(ports.nodeb);
    t.ok(arrived.length >= 200);
    t.ok(arrived.filter((byte) => byte === 0x78).length < 200);
    await cable.mend();
  });

  await t.test('plays again what it carried, and what nobody sent', async (t) => {
    const before = await cable.counts();
    writeSync(ports.nodeb, 'heartbeat');
    await allSent('nodeb', before.nodeb.sent + 9);
    drain(ports.nodea);
    await cable.inject('nodeb', (await cable.tail('nodeb')).slice(-9));
    t.equal(drain(ports.nodea).toString(), 'heartbeat');
    t.equal((await cable.counts()).nodeb.sent, before.nodeb.sent + 9);
  });

  await t.test('a port that loses its power forgets what waited in it', async (t) => {
    await cable.cut();
    await cable.inject('nodea', Buffer.from('stale'));
    await cable.reset('nodeb');
    t.equal(drain(ports.nodeb).toString(), '');
    await cable.mend();
  });
});

/** Both ends' carrier of the crossover cable. */
async function crossover(bench: Bench): Promise<boolean[]> {
  return Promise.all(SEATS.map((seat) => bench.network.carrier(seat, 'x0')));
}

/** Nobody announces a move here: let the client forget where the address was. */
async function forgetAddress(bench: Bench): Promise<void> {
  await run(['ip', '-n', bench.network.namespace('lan'), 'neigh', 'flush', 'to', VIRTUAL_ADDRESS]);
}

t.test('the network', async (t) => {
  const bench = await layBench();
  t.teardown(() => bench.close());
  const { nodea, nodeb } = bench.boxes;
  const carriers = (wanted: boolean): Promise<void> =>
    until(
      `carriers ${wanted}`,
      async () => (await crossover(bench)).every((seen) => seen === wanted),
      PATIENCE,
    );

  await t.test('a crossover cable has a carrier while both boxes have power', async (t) => {
    await nodea.powerOn();
    t.same(await crossover(bench), [false, false]);
    await nodeb.powerOn();
    await carriers(true);
    t.equal((await nodea.run(['uname'])).code, 0);
  });

  await t.test('cut, it has none at both ends, and all addresses stay', async (t) => {
    const before = await bench.network.addresses('nodea', 'x0');
    await bench.network.cut('crossover');
    t.same(await crossover(bench), [false, false]);
    t.same(await bench.network.addresses('nodea', 'x0'), before);
    t.ok(await bench.network.carrier('nodea', 'eth0'), 'the LAN is another cable');
    await bench.network.mend('crossover');
    await carriers(true);
    t.same(await bench.network.addresses('nodea', 'x0'), before);
  });

  await t.test('a LAN port is cut alone', async (t) => {
    await bench.network.cut('nodea');
    t.notOk(await bench.network.carrier('nodea', 'eth0'));
    t.ok(await bench.network.carrier('nodeb', 'eth0'));
    await bench.network.mend('nodea');
    await until('the carrier', () => bench.network.carrier('nodea', 'eth0'), PATIENCE);
  });

  await t.test('the client sees an address move, who has it, and what it cost', async (t) => {
    const { client, network } = bench;
    const serve = (seat: Seat, verb: 'add' | 'del'): Promise<unknown> =>
      run(['ip', '-n', network.namespace(seat), 'addr', verb, `${VIRTUAL_ADDRESS}/24`, 'dev', 'eth0']);
    const answeredBy = (seat: Seat): Promise<void> =>
      until(
        `an answer of ${seat}`,
        async () => (await client.since(client.mark() - 100)).answeredBy.at(-1) === seat,
        PATIENCE,
      );
    await serve('nodea', 'add');
    await answeredBy('nodea');
    const mark = client.mark();
    await sleep(200);
    const calm = await client.since(mark);
    t.same(calm.answeredBy, ['nodea']);
    await serve('nodea', 'del');
    await sleep(400);
    await serve('nodeb', 'add');
    await forgetAddress(bench);
    await answeredBy('nodeb');
    const moved = await client.since(mark);
    t.same(moved.answeredBy, ['nodea', 'nodeb']);
    t.ok(moved.outage > calm.outage, `${moved.outage} ms against ${calm.outage} ms`);
    t.ok(moved.outage >= 400, 'as long as nobody had it');
    t.ok(moved.lost > 0);
  });

  await t.test(
    'a box that loses its power falls silent, and boots with its own addresses only',
    async (t) => {
      const sleeper = nodeb.start(['sleep', '1000'], 'said');
      await until('its start', async () => (await processes(nodeb.namespace)).length > 0, PATIENCE);
      await nodeb.powerOff();
      if (sleeper.exitCode === null && sleeper.signalCode === null) await once(sleeper, 'exit');
      t.equal(sleeper.signalCode, 'SIGKILL');
      t.same(await crossover(bench), [false, false]);
      const mark = bench.client.mark();
      await sleep(100);
      t.same((await bench.client.since(mark)).answeredBy, []);
      await nodeb.powerOn();
      t.same(await bench.network.addresses('nodeb', 'eth0'), ['10.78.0.12']);
      await carriers(true);
    },
  );

  await t.test('a frozen box runs nothing and still answers', async (t) => {
    const counter = nodea.start(['sh', '-c', 'while sleep 0.05; do echo x; done'], 'count');
    t.teardown(() => counter.kill('SIGKILL'));
    await until('its start', async () => (await processes(nodea.namespace)).length > 1, PATIENCE);
    await nodea.run(['ip', 'addr', 'add', `${VIRTUAL_ADDRESS}/24`, 'dev', 'eth0']);
    await nodea.freeze();
    await forgetAddress(bench);
    t.match(await run(['ps', '-o', 'stat=', '-p', String(counter.pid)]), /^T/);
    const mark = bench.client.mark();
    await until(
      'an answer',
      async () => (await bench.client.since(mark)).answeredBy.includes('nodea'),
      PATIENCE,
    );
    await nodea.thaw();
    t.notMatch(await run(['ps', '-o', 'stat=', '-p', String(counter.pid)]), /^T/);
  });
});

function namespaces(prefix: string): string[] {
  if (!existsSync('/run/netns')) return [];
  return readdirSync('/run/netns').filter((name) => name.startsWith(`${prefix}-`));
}

t.test('a closed laboratory leaves nothing behind', async (t) => {
  const bench = await layBench();
  await bench.boxes.nodea.powerOn();
  const sleeper = bench.boxes.nodea.start(['sleep', '1000'], 'said');
  const gone = once(sleeper, 'exit');
  t.equal(namespaces(bench.prefix).length, 3);
  await bench.close();
  await gone;
  t.same(namespaces(bench.prefix), []);
  t.notOk(existsSync(bench.directory));
});

/** A process that lays a bench with something running on it, says so, and waits. */
async function layElsewhere(): Promise<{ child: ChildProcess; prefix: string; directory: string }> {
  const script = `
    const { layBench } = await import('${LABORATORY}');
    const bench = await layBench();
    bench.boxes.nodea.start(['sleep', '1000'], 'said');
    console.log(JSON.stringify({ prefix: bench.prefix, directory: bench.directory }));
    setInterval(() => undefined, 1000);`;
  const argv = ['--input-type=module', '-e', script];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, ...(JSON.parse(line.toString()) as { prefix: string; directory: string }) };
}

t.test('a laboratory that is told to end cleans up', async (t) => {
  const { child, prefix, directory } = await layElsewhere();
  t.equal(namespaces(prefix).length, 3);
  child.kill('SIGINT');
  t.same(await once(child, 'exit'), [130, null]);
  t.same(namespaces(prefix), []);
  t.notOk(existsSync(directory));
});

t.test(
  'what a killed laboratory left is removed by the next one, and its processes ended with it',
  async (t) => {
    const { child, prefix, directory } = await layElsewhere();
    child.kill('SIGKILL');
    await once(child, 'exit');
    t.equal(namespaces(prefix).length, 3);
    const ended = async (): Promise<boolean> => (await processes(`${prefix}-nodea`)).length === 0;
    await until('the end of its processes', ended, PATIENCE);
    // A process of its own: this one looked for leftovers when it laid its first bench.
    const next = await layElsewhere();
    t.same(namespaces(prefix), []);
    t.notOk(existsSync(directory));
    next.child.kill('SIGTERM');
    await once(next.child, 'exit');
  },
);

/** Let `npm run pair -- --stay` obey a script; boxes without agents will do. */
async function obey(
  before: readonly string[],
  script: string,
): Promise<{ code: number | null; text: string }> {
  const argv = [...before, process.execPath, PAIR, '--stay', '--executable', '/bin/false'];
  const { code, stdout, stderr } = await attempt(argv, script, 60_000);
  return { code, text: stdout + stderr };
}

t.test('the prompt obeys a script and answers what it does not understand', async (t) => {
  const script = ['explode', 'cut serial', 'noise serial 2', 'kill nodec', 'kill a', 'status', 'quit'];
  const { code, text } = await obey([], `${script.join('\n')}\n`);
  t.equal(code, 0);
  t.match(text, /no such verb: explode; there are:\n {2}cut /);
  t.match(text, /noise: a probability from 0 to 1/);
  t.match(text, /kill: which node\? nodea or nodeb/);
  t.match(text, /nodea: \(no power\)\nnodeb: \(no agent answers\)/);
});

t.test('an ordinary user may lay a pair where the kernel allows it', async (t) => {
  if (process.getuid?.() !== 0) return t.pass('all of the above ran as one');
  const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
  const reads = await attempt([...nobody, process.execPath, '--version']);
  if (reads.code !== 0) return t.plan(0, `user 65534 cannot read this directory: ${reads.stderr.trim()}`);
  const { code, text } = await obey(nobody, 'kill nodea\nstatus\nquit\n');
  if (/namespaces cannot be made/.test(text)) return t.plan(0, text.trim());
  t.equal(code, 0);
  t.match(text, /nodea: \(no power\)/);
});
