import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type { GroupConfig } from '../../firmware-agent/config/config.ts';
import {
  type JobResult,
  type LookResult,
  ResourceManager,
  type Rival,
  type Which,
} from '../../firmware-agent/resources/groups.ts';
import { type ArpPort, openArp } from '../../hw/arp.ts';
import { binding } from '../../hw/binding.ts';
import { watchDevice } from '../../hw/interface-watch.ts';
import { addAddress, listAddresses, removeAddress } from '../../hw/netlink.ts';
import { noIPv6 } from '../unit/support/no-ipv6.ts';

const self = fileURLToPath(import.meta.url);
/** In children with a network of their own: `here` runs the tests, `there` is the box at the cable's other end. */
const role = process.env.TWINBEAT_LOOK_ROLE;
const isRoot = process.getuid?.() === 0;

const all: Which = { set: 'all', key: null };
const nothing: LookResult = { answers: [], contenders: [], blind: [] };
const [theirs, nobodys, ours] = ['10.9.0.100', '10.9.0.101', '10.9.0.102'];

function manager(addresses: readonly string[], rivals: Rival[] = []): ResourceManager {
  const groups: GroupConfig[] = addresses.map((word) => {
    const [address = '', device] = word.split(' ');
    const place = device === undefined ? {} : { device, prefix: 24 };
    return {
      node: 'nodea',
      key: address,
      resources: [{ kind: 'address', text: address, address, ...place }],
    };
  });
  return new ResourceManager({
    self: 'nodea',
    groups,
    configDir: '/nowhere',
    hardware: { addAddress, removeAddress, listAddresses, openArp, watchDevice },
    hardware6: noIPv6,
    logTargets: { debug: 0, syslogFormat: true },
    log: () => undefined,
    rival: (rival) => rivals.push(rival),
  });
}

function looked(by: ResourceManager): Promise<LookResult> {
  return new Promise((resolve) => by.look(all, resolve));
}

function pause(delay: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay));
}

/** Waits as long as a busy machine may need. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turns = 0; turns < 1_000; turns += 1) {
    if (await holds()) return;
    await pause(10);
  }
  throw new Error(`never came: ${what}`);
}

interface Answers {
  readonly mac: string;
  /** The addresses that were asked for, in the order of the probes. */
  readonly probed: readonly string[];
  readonly look: LookResult;
  readonly announce: null;
}

interface Order {
  readonly what: keyof Answers;
  readonly addresses: string[];
}

/** The box at the other end, told what to do by its parent, who lays the cable before the first order. */
function runThere(): void {
  const probed: string[] = [];
  let opened: ArpPort | undefined;
  const port = (): ArpPort => {
    opened ??= openArp(
      'x0',
      () => undefined,
      ({ address }) => probed.push(address),
    );
    return opened;
  };
  const obey = async ({ what, addresses }: Order): Promise<Answers[keyof Answers]> => {
    if (what === 'look') return looked(manager(addresses));
    if (what === 'mac') return port().mac;
    if (what === 'probed') return probed.splice(0);
    for (const address of addresses) port().announce(address);
    return null;
  };
  process.on('message', async (order: Order) => process.send?.({ answer: await obey(order) }));
  process.on('disconnect', () => process.exit(0));
  process.send?.({ answer: 'in a network of its own' });
}

/** What the tests have of the other box. Its namespace has no name and ends with its process. */
class There {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Lays the cable: `x0` at both ends, 10.9.0.1 here and 10.9.0.2 there. */
  static async start(t: Test): Promise<There> {
    const child = spawn('unshare', ['--net', process.execPath, ...process.execArgv, self], {
      env: { ...process.env, TWINBEAT_LOOK_ROLE: 'there' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    t.teardown(async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    });
    const there = new There(child);
    await there.#answer();
    ip(`link add x0 type veth peer name x0 netns ${child.pid}`);
    ip('link set x0 up');
    ip('address add 10.9.0.1/24 dev x0');
    there.ip('link set x0 up');
    there.ip('address add 10.9.0.2/24 dev x0');
    return there;
  }

  ip(words: string): void {
    execFileSync('nsenter', ['-t', `${this.#child.pid}`, '-n', 'ip', ...words.split(' ')], { stdio: 'pipe' });
  }

  async do<What extends keyof Answers>(what: What, ...addresses: string[]): Promise<Answers[What]> {
    const answer = this.#answer();
    this.#child.send({ what, addresses });
    return (await answer) as Answers[What];
  }

  /** The next; the test runner, which the child has loaded too, has messages of its own. */
  async #answer(): Promise<unknown> {
    for (;;) {
      const [message] = await once(this.#child, 'message');
      if (message !== null && typeof message === 'object' && 'answer' in message) return message.answer;
    }
  }
}

function ip(words: string): void {
  execFileSync('ip', words.split(' '), { stdio: 'pipe' });
}

async function runHere(): Promise<void> {
  ip('link set lo up');
  const there = await There.start(t);
  await t.test('who has an address is seen, and nobody where nobody has it', (t) => answers(t, there));
  await t.test('two that look at once see each other', (t) => contenders(t, there));
  await t.test('an address that is here is not asked for', (t) => held(t, there));
  await t.test('a rival of an address that is here is told of', (t) => rival(t, there));
  await t.test('where nothing can be heard, that is said', (t) => blind(t, there));
  await t.test('no socket stays behind, and closing does not wait', noSockets);
}

/** The first frames on a new cable may get lost. */
async function cableWorks(): Promise<void> {
  const eyes = manager(['10.9.0.2']);
  await until('the cable', async () => (await looked(eyes)).answers.length > 0);
}

/** Looks until no delay cut a look short: all its probes, three rounds, have been captured when it is over. */
async function lookedWhole(
  there: There,
  eyes: ResourceManager,
  round: readonly string[],
): Promise<LookResult> {
  const whole = [...round, ...round, ...round].join();
  let result = nothing;
  await until(`three rounds of ${round.join()}`, async () => {
    await there.do('probed');
    result = await looked(eyes);
    return (await there.do('probed')).join() === whole;
  });
  await pause(100);
  if ((await there.do('probed')).length > 0) throw new Error('a probe came after its look was over');
  return result;
}

async function answers(t: Test, there: There): Promise<void> {
  await cableWorks();
  const eyes = manager([theirs, nobodys]);
  const mac = await there.do('mac');
  there.ip(`address add ${theirs}/24 dev x0`);
  const seen = await lookedWhole(there, eyes, [theirs, nobodys]);
  t.same(seen, { ...nothing, answers: [{ key: theirs, address: theirs, mac }] });
  there.ip(`address del ${theirs}/24 dev x0`);
  t.same(await looked(eyes), nothing, 'gone: seen at once');
  t.same(await lookedWhole(there, eyes, [theirs, nobodys]), nothing);

  const told: LookResult[] = [];
  const cancel = manager([nobodys]).look(all, (result) => told.push(result));
  cancel();
  await pause(100);
  t.same(told, []);
  t.same(await there.do('probed'), [nobodys], 'a look that was cancelled asks no further');
}

async function contenders(t: Test, there: There): Promise<void> {
  const eyes = manager([nobodys]);
  const mac = await there.do('mac');
  let seenThere: LookResult = nothing;
  let seenHere: LookResult = nothing;
  // A look is shorter than a busy machine's delays: now and then one is over before the other begins.
  await until('two looks at the same time', async () => {
    const asked = there.do('look', nobodys);
    seenHere = await looked(eyes);
    seenThere = await asked;
    return seenHere.contenders.length > 0 && seenThere.contenders.length > 0;
  });
  t.same(seenHere, { ...nothing, contenders: [{ key: nobodys, address: nobodys, mac }] });
  t.match(seenThere, { answers: [], contenders: [{ address: nobodys }], blind: [] });
  t.not(seenThere.contenders[0]?.mac, mac, 'each sees the other');

  t.same(await looked(eyes), nothing, 'one alone has no contender');
  const both = await Promise.all([looked(eyes), looked(manager([nobodys]))]);
  t.same(both, [nothing, nothing], 'nor have two looks of one box');
}

async function held(t: Test, there: There): Promise<void> {
  const both = manager([ours, nobodys]);
  const up: JobResult = await new Promise((resolve) => both.acquire({ set: 'all', key: ours }, resolve));
  t.equal(up.ok, true);
  t.same(await lookedWhole(there, both, [nobodys]), nothing);
  t.match(await there.do('look', ours), { answers: [{ address: ours }] }, 'the other sees it here');
  await new Promise((resolve) => both.release(all, resolve));
  t.same(await there.do('look', ours), nothing);
  both.dispose();
}

async function rival(t: Test, there: There): Promise<void> {
  const rivals: Rival[] = [];
  const owner = manager([ours], rivals);
  await new Promise((resolve) => owner.acquire(all, resolve));
  const mac = await there.do('mac');
  await there.do('announce', nobodys);
  await there.do('announce', ours);
  await until('the rival', () => rivals.length > 0);
  t.same(rivals, [{ key: ours, address: ours, mac, claims: 1 }]);
  await new Promise((resolve) => owner.release(all, resolve));
  owner.dispose();
}

async function blind(t: Test, there: There): Promise<void> {
  const reasons = async (...addresses: string[]): Promise<string[]> => {
    const { blind, ...seen } = await looked(manager(addresses));
    t.same(seen, { answers: [], contenders: [] }, 'not even ourselves, where the network is a mirror');
    return blind.map(({ reason }) => reason);
  };
  t.match(await reasons('10.8.0.1'), [/^no interface has a network that holds 10\.8\.0\.1/]);
  t.match(await reasons('10.8.0.1 none0'), [/none0/]);
  t.same(await reasons('10.8.0.1 lo'), ['interface lo is no Ethernet']);
  there.ip('link set x0 down');
  t.same(await reasons(nobodys), ['interface x0 has no carrier']);
  ip('link set x0 down');
  t.same(await reasons(nobodys), ['interface x0 is down']);
  there.ip('link set x0 up');
  ip('link set x0 up');
  await cableWorks();
  t.same(await reasons(nobodys), []);
}

async function noSockets(t: Test): Promise<void> {
  const sockets = () => readFileSync('/proc/self/net/packet', 'utf8').trim().split('\n').length - 1;
  await until('the last packet socket to go', () => sockets() === 0);
  const eyes = manager([nobodys]);
  const cancel = eyes.look(all, () => undefined);
  t.equal(sockets(), 1);
  cancel();
  await until('it to go', () => sockets() === 0);

  const ports = Array.from({ length: 10 }, () => openArp('x0', () => undefined));
  const descriptors = ports.map(() => binding().packetOpen('x0'));
  const ours = duration(() => {
    for (const port of ports) port.close();
  });
  const kernels = duration(() => {
    for (const fd of descriptors) closeSync(fd);
  });
  t.ok(4 * ours < kernels, `closing waits for no kernel: ${ours} ms instead of ${kernels} ms`);
}

function duration(run: () => void): number {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

if (role === 'here') await runHere();
else if (role === 'there') runThere();
else if (!isRoot) t.pass('skipped', { skip: 'only root may make network namespaces' });
else {
  t.spawn(
    'unshare',
    ['--net', process.execPath, ...process.execArgv, self],
    { env: { ...process.env, TWINBEAT_LOOK_ROLE: 'here' } },
    'in a network of its own',
  );
}
