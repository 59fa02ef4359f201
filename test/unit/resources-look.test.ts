import t, { type Test } from 'tap';
import type { GroupConfig } from '../../firmware-agent/config/config.ts';
import { ResourceManager, type Rival, type Which } from '../../firmware-agent/resources/groups.ts';
import type { LookResult } from '../../firmware-agent/resources/look-result.ts';
import type { Timers } from '../../firmware-agent/resources/timers.ts';
import { FakeBox, FakeTimers } from './support/fake-box.ts';
import { noIPv6 } from './support/no-ipv6.ts';

const peer = '02:00:00:00:00:02';
const stranger = '02:00:00:00:00:99';
const all: Which = { set: 'all', key: null };
const nothing: LookResult = { answers: [], contenders: [], blind: [] };

function group(node: string, key: string, ...addresses: string[]): GroupConfig {
  const resources = [key, ...addresses].map((text) => ({ kind: 'address', text, address: text }) as const);
  return { node, key, resources };
}

const two = [group('nodea', '10.0.0.100', '10.0.0.101'), group('nodeb', '10.1.0.200')];

interface Setting {
  readonly groups?: readonly GroupConfig[];
  readonly box?: FakeBox;
  readonly slow?: (timers: Timers) => Timers;
}

function setUp(t: Test, { groups = two, box = lan(), slow = (timers) => timers }: Setting = {}) {
  const timers = new FakeTimers();
  const rivals: Rival[] = [];
  const manager = new ResourceManager({
    self: 'nodea',
    groups,
    configDir: '/nowhere',
    hardware: box,
    hardware6: noIPv6,
    timers: slow(timers),
    logTargets: { debug: 0, syslogFormat: true },
    log: () => undefined,
    rival: (rival) => rivals.push(rival),
  });
  t.teardown(() => manager.dispose());
  /** What a look told, and when. */
  const told: { readonly at: number; readonly result: LookResult }[] = [];
  const look = (which: Which = all): (() => void) =>
    manager.look(which, (result) => told.push({ at: timers.now(), result }));
  return { box, timers, manager, rivals, told, look };
}

function lan(): FakeBox {
  return new FakeBox(['10.0.0.2/24 eth0', '10.1.0.2/24 eth1']);
}

t.test('three probes for each address on its interface, then silence is absence', async (t) => {
  const { box, timers, told, look } = setUp(t);
  look();
  const round = ['probe 10.0.0.100 eth0', 'probe 10.0.0.101 eth0', 'probe 10.1.0.200 eth1'];
  t.same(box.did, round, 'the first leave inside the call');
  t.equal(box.openPorts, 2, 'one port an interface');
  timers.pass(15);
  t.same(box.did, [...round, ...round, ...round]);
  t.same(told, []);
  timers.pass(30);
  t.same(
    told.map(({ result }) => result),
    [nothing],
  );
  t.equal(box.openPorts, 0);
  t.equal(timers.pending, 0);
  timers.pass(1_000);
  t.equal(told.length, 1);
});

t.test('only the set is looked for, and not what is here already', async (t) => {
  const { box, manager, timers, told, look } = setUp(t);
  look({ set: 'foreign', key: null });
  t.same(box.did, ['probe 10.1.0.200 eth1']);
  box.did.length = 0;
  look({ set: 'all', key: '10.0.0.100' });
  t.same(box.did, ['probe 10.0.0.100 eth0', 'probe 10.0.0.101 eth0']);
  timers.pass(100);
  manager.acquire({ set: 'local', key: null }, () => undefined);
  box.did.length = 0;
  look();
  t.same(box.did, ['probe 10.1.0.200 eth1']);
  timers.pass(100);
  box.did.length = 0;
  look({ set: 'none', key: null });
  look({ set: 'local', key: null });
  t.equal(told.length, 3, 'done comes later, also where there is nothing to ask');
  timers.pass(100);
  t.same(told.at(-1)?.result, nothing);
  t.equal(told.length, 5);
  t.notOk(box.did.some((line) => line.startsWith('probe')));
});

t.test('who answers and who asks are told apart, each machine once', async (t) => {
  const { box, timers, told, look } = setUp(t);
  look();
  box.claim('10.0.0.100', peer, 'eth0');
  box.claim('10.0.0.100', peer, 'eth0');
  box.claim('10.0.0.100', stranger, 'eth0');
  box.claim('10.0.0.77', stranger);
  box.claim('10.1.0.200', stranger, 'eth0');
  timers.pass(12);
  box.contend('10.0.0.101', peer);
  timers.pass(40);
  t.same(told[0]?.result, {
    answers: [
      { key: '10.0.0.100', address: '10.0.0.100', mac: peer },
      { key: '10.0.0.100', address: '10.0.0.100', mac: stranger },
    ],
    contenders: [{ key: '10.0.0.100', address: '10.0.0.101', mac: peer }],
    blind: [],
  });
});

t.test('a storm of machines is told as four', async (t) => {
  const { box, timers, told, look } = setUp(t);
  look();
  for (let count = 10; count < 90; count += 1) box.claim('10.0.0.100', `02:00:00:00:01:${count}`);
  timers.pass(100);
  t.equal(told[0]?.result.answers.length, 4);
});

t.test('what waits unread when the time is over counts', async (t) => {
  const { box, timers, told, look } = setUp(t);
  look();
  box.waiting = [{ address: '10.0.0.100', mac: peer }];
  timers.pass(100);
  t.same(told[0]?.result.answers, [{ key: '10.0.0.100', address: '10.0.0.100', mac: peer }]);
});

t.test('an agent that is held up does not send all probes at once, and ends in 100 ms', async (t) => {
  const slow = (timers: Timers): Timers => ({
    now: () => timers.now(),
    after: (delay, run) => timers.after(delay < 100 ? delay + 40 : delay, run),
  });
  const { box, timers, told, look } = setUp(t, { slow });
  look({ set: 'foreign', key: null });
  timers.pass(44);
  t.equal(box.did.length, 1);
  timers.pass(1);
  t.equal(box.did.length, 2);
  timers.pass(200);
  t.match(told, [{ at: 100, result: nothing }]);
});

t.test('where nothing can be heard, silence is no answer', async (t) => {
  const key = '10.1.0.200';
  const cases: readonly [string, (box: FakeBox) => void, string | RegExp][] = [
    ['no such network', (box) => box.addresses.pop(), /^no interface has a network that holds 10\.1\.0\.200/],
    ['no such interface', (box) => (box.refuse.open = 'ENODEV'), 'ENODEV'],
    ['the box does not tell', (box) => (box.refuse.list = 'ENOBUFS'), 'ENOBUFS'],
    ['nothing can be sent', (box) => (box.refuse.probe = 'EPERM'), 'EPERM'],
    ['no cable', (box) => box.faults.set('eth1', 'interface eth1 has no carrier'), /no carrier/],
    ['its state is unknown', (box) => (box.refuse.fault = 'ENOMEM'), 'ENOMEM'],
  ];
  for (const [name, breakIt, reason] of cases) {
    const { box, timers, told, look } = setUp(t);
    breakIt(box);
    look({ set: 'foreign', key: null });
    t.same(told, [], `${name}: told later`);
    timers.pass(100);
    t.match(told[0]?.result, { answers: [], contenders: [], blind: [{ key, address: key, reason }] }, name);
    t.equal(box.openPorts, 0);
  }

  const plugged = setUp(t);
  plugged.box.faults.set('eth1', 'no carrier');
  plugged.look();
  plugged.box.faults.clear();
  plugged.timers.pass(100);
  const reason = 'no carrier';
  t.same(plugged.told[0]?.result.blind, [{ key, address: key, reason }], 'the probes were lost; eth0 saw');

  const unplugged = setUp(t);
  unplugged.look();
  unplugged.box.claim('10.0.0.100', peer);
  unplugged.box.faults.set('eth0', 'down').set('eth1', 'down');
  unplugged.timers.pass(100);
  const { answers = [], blind: unseen = [] } = unplugged.told[0]?.result ?? {};
  t.match(answers, [{ address: '10.0.0.100' }]);
  t.match(unseen, [{ address: '10.0.0.101' }, { address: '10.1.0.200' }], 'who was answered for is seen');
});

t.test('one probe that leaves is a question', async (t) => {
  const { box, timers, told, look } = setUp(t);
  box.refuse.probe = 'ENOBUFS';
  look();
  timers.pass(4);
  box.refuse = {};
  timers.pass(4);
  box.refuse.probe = 'ENOBUFS';
  timers.pass(100);
  t.same(told[0]?.result, nothing);
});

t.test('a look that is cancelled says nothing and leaves nothing', async (t) => {
  const { box, timers, told, look } = setUp(t);
  const cancel = look();
  timers.pass(7);
  cancel();
  cancel();
  t.equal(box.openPorts, 0);
  t.equal(timers.pending, 0);
  const late = look();
  timers.pass(100);
  late();
  t.equal(told.length, 1, 'too late does no harm');
});

t.test('looks go on side by side, up to eight', async (t) => {
  const { timers, told, look } = setUp(t);
  const cancels = Array.from({ length: 9 }, () => look());
  timers.pass(2);
  t.match(told, [
    { result: { blind: [{ reason: /8 looks/ }, { reason: /8 looks/ }, { reason: /8 looks/ }] } },
  ]);
  cancels[0]?.();
  look();
  timers.pass(100);
  t.equal(told.length, 9);
  t.same(
    told.slice(1).map(({ result }) => result),
    Array.from({ length: 8 }, () => nothing),
  );
});

t.test('one look asks for a bounded number of addresses', async (t) => {
  const many = Array.from({ length: 300 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  const box = new FakeBox(['10.0.255.1/16 eth0']);
  const { timers, told, look } = setUp(t, { groups: [group('nodea', 'many', ...many)], box });
  look();
  timers.pass(100);
  t.equal(box.did.length, 3 * 256);
  t.equal(told[0]?.result.blind.length, 301 - 256);
});

t.test('dispose ends what is under way, and nothing is looked for any more', async (t) => {
  const { box, manager, told, look } = setUp(t);
  look({ set: 'foreign', key: null });
  manager.dispose();
  t.same(told, [], 'not from inside the call');
  await new Promise((resolve) => setImmediate(resolve));
  t.match(told, [{ result: { answers: [], blind: [{ address: '10.1.0.200', reason: 'the agent stops' }] } }]);
  t.equal(box.openPorts, 0);
  box.did.length = 0;
  look();
  t.same(box.did, []);
});

t.test('a rival of an address that is here is told of by its group', async (t) => {
  const { box, manager, timers, rivals } = setUp(t);
  manager.acquire({ set: 'local', key: null }, () => undefined);
  timers.pass(2_000);
  box.claim('10.0.0.101', stranger);
  box.claim('10.1.0.200', stranger);
  const rival = { key: '10.0.0.100', address: '10.0.0.101', mac: stranger };
  t.same(rivals, [{ ...rival, claims: 1 }]);
  for (let count = 0; count < 100; count += 1) {
    timers.pass(100);
    box.claim('10.0.0.101', stranger);
  }
  t.same(rivals.slice(1), [{ ...rival, claims: 100 }], 'a storm is told of every 10 s');
});
