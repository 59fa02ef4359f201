import t from 'tap';
import type { Address6Resource, ResourceConfig } from '../../firmware-agent/config/config.ts';
import { Delay } from '../../firmware-agent/resources/delay.ts';
import { type JobResult, ResourceManager, type Rival } from '../../firmware-agent/resources/groups.ts';
import { holds, toNumber } from '../../firmware-agent/resources/ipv6.ts';
import type { LookResult } from '../../firmware-agent/resources/look-result.ts';
import { place } from '../../firmware-agent/resources/placement.ts';
import { SendArp } from '../../firmware-agent/resources/send-arp.ts';
import { FakeBox, FakeTimers } from './support/fake-box.ts';

const never = new AbortController().signal;
/** Let everything run that waits for nothing but its turn. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const vip: Address6Resource = { kind: 'address6', text: 'IPv6addr::x', address: '2001:db8::64' };

/** A box whose IPv6 addresses are in the compact form `address/prefix device`. */
function box6(...present: string[]): FakeBox {
  const box = new FakeBox();
  box.addresses = present.map((text) => {
    const [, address = '', prefix, device = ''] = /^(.*)\/(\d+) (.*)$/.exec(text) ?? [];
    return { address, prefix: Number(prefix), device, index: 2, label: device };
  });
  return box;
}

function setUp(resources: readonly ResourceConfig[], box: FakeBox) {
  const timers = new FakeTimers();
  const lines: string[] = [];
  const rivals: Rival[] = [];
  const { addAddress, removeAddress, listAddresses, openArp, watchDevice } = box;
  const manager = new ResourceManager({
    self: 'nodea',
    groups: [{ node: 'nodea', key: 'vip', resources }],
    configDir: '/nowhere',
    hardware: new FakeBox(['10.0.0.2/24 eth0']),
    hardware6: {
      addAddress,
      removeAddress,
      listAddresses6: listAddresses,
      openAdvertisement: openArp,
      watchDevice,
    },
    timers,
    logTargets: { debug: 0, syslogFormat: true },
    log: (level, text) => lines.push(`${level}: ${text}`),
    rival: (rival) => rivals.push(rival),
  });
  const did = (what: 'acquire' | 'release'): Promise<JobResult> =>
    new Promise((resolve) => manager[what]({ set: 'all', key: null }, resolve));
  return { manager, timers, lines, rivals, did };
}

t.test('IPv6: added, announced, defended and removed like an IPv4 address', async (t) => {
  const box = box6('fe80::1/64 eth0', '2001:db8::1/48 eth1', '2001:db8:0:0:0:0:0:2/64 eth0');
  const { manager, timers, lines, rivals, did } = setUp([vip], box);
  const acquired = did('acquire');
  t.same(box.did, ['add 2001:db8::64/64 eth0 brd none', 'announce 2001:db8::64 eth0'], 'inside the call');
  t.equal((await acquired).ok, true);
  timers.pass(10_000);
  t.equal(box.did.filter((what) => what.startsWith('announce')).length, 5);

  box.claim('2001:db8::64', '02:00:00:00:00:99');
  t.match(rivals, [{ key: 'vip', address: '2001:db8::64', mac: '02:00:00:00:00:99' }]);
  t.ok(lines.includes('info: Added 2001:db8::64/64 to eth0'));

  manager.releaseNow('all');
  t.equal(box.did.at(-1), 'remove 2001:db8::64/64 eth0', 'inside the call');
  t.equal(box.openPorts, 0);
  manager.dispose();
});

t.test('IPv6: what a dead agent has left is removed; a look does not ask for it', async (t) => {
  const box = box6('2001:db8::64/64 eth0');
  const { manager } = setUp([vip], box);
  t.same(manager.clearLeftovers(), { removed: ['2001:db8::64/64 on eth0'], failed: [] });
  const seen = await new Promise<LookResult>((resolve) => {
    manager.look({ set: 'all', key: null }, resolve);
    setImmediate(() => manager.dispose());
  });
  t.same([seen.answers, seen.blind], [[], []]);
});

t.test('IPv6: no network holds it, and the error says what to write', async (t) => {
  const { lines, did } = setUp([vip], box6('2001:db8:1::1/64 eth0'));
  t.equal((await did('acquire')).ok, false);
  t.match(
    lines.find((line) => line.startsWith('ERROR')),
    /no interface has a network that holds 2001:db8::64: .* as in IPv6addr::2001:db8::64\/64\/eth0$/,
  );
});

t.test('IPv6: where it goes', async (t) => {
  const present = box6('2001:db8::1/48 eth1', '2001:db8::2/64 eth0').addresses;
  t.same(place(vip, present), { device: 'eth0', address: '2001:db8::64', prefix: 64 });
  t.same(place({ ...vip, device: 'eth1' }, present), { device: 'eth1', address: '2001:db8::64', prefix: 48 });
  t.same(place({ ...vip, device: 'eth7', prefix: 128 }, []), {
    device: 'eth7',
    address: '2001:db8::64',
    prefix: 128,
  });
});

t.test('arithmetic of IPv6 networks', async (t) => {
  t.equal(toNumber('::1'), 1n);
  t.equal(toNumber('2001:DB8::'), toNumber('2001:db8:0:0:0:0:0:0'));
  t.equal(toNumber('1:2:3:4:5:6:7:8'), 0x00010002000300040005000600070008n);
  t.ok(holds('2001:db8::1', 127, '2001:db8::'));
  t.notOk(holds('2001:db8::1', 128, '2001:db8::'));
  t.ok(holds('fe80::', 10, 'febf::1'));
  for (const text of ['', '1', '::1::', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', '10.0.0.1', 'g::']) {
    t.throws(() => toNumber(text), RangeError, text);
  }
});

t.test('SendArp announces and adds nothing', async (t) => {
  const box = new FakeBox();
  const timers = new FakeTimers();
  const lines: string[] = [];
  const config = { kind: 'arp', text: 'SendArp::x', address: '10.0.0.7', device: 'eth0' } as const;
  const arp = new SendArp(config, {
    openPort: (device) => box.openArp(device, () => undefined),
    timers,
    log: (level, text) => lines.push(`${level}: ${text}`),
  });
  arp.announce();
  arp.stop();
  t.same(box.did, [], 'nothing before it is started');
  arp.start();
  arp.start();
  t.same(box.did, ['announce 10.0.0.7 eth0']);
  timers.pass(10_000);
  t.equal(box.did.length, 5);
  box.claim('10.0.0.7', '02:00:00:00:00:99');
  timers.pass(10_000);
  t.equal(box.did.length, 5, 'it defends nothing');
  arp.announce();
  t.equal(box.did.length, 6, 'but says it again when asked');
  arp.stop();
  t.same([box.openPorts, timers.pending], [0, 0]);
  box.refuse = { open: 'no such interface' };
  t.throws(() => arp.start(), { message: 'cannot announce 10.0.0.7 on eth0: no such interface' });
});

t.test('Delay waits its time, and not for what was never started', async (t) => {
  const timers = new FakeTimers();
  const delay = new Delay({ kind: 'delay', text: 'Delay', start: 3_000, stop: 2_000 }, timers);
  const done: string[] = [];
  const note = (what: string) => () => done.push(what);

  await delay.stop(never);
  void delay.start(never).then(note('up'));
  timers.pass(2_999);
  await settle();
  t.same(done, []);
  t.equal(await delay.status(), false);
  timers.pass(1);
  await settle();
  t.same(done, ['up']);
  t.equal(await delay.status(), true);

  void delay.stop(never).then(note('down'));
  timers.pass(1_999);
  await settle();
  t.same(done, ['up']);
  timers.pass(1);
  await settle();
  t.same(done, ['up', 'down']);
  t.equal(await delay.status(), false);
});

t.test('Delay is over at once where it is not wished any more', async (t) => {
  const timers = new FakeTimers();
  const delay = new Delay({ kind: 'delay', text: 'Delay', start: 3_600_000, stop: 3_600_000 }, timers);
  const wish = new AbortController();
  const starting = delay.start(wish.signal);
  wish.abort();
  await starting;
  t.equal(await delay.status(), false);
  t.equal(timers.pending, 0);
});
