import t from 'tap';
import type { AddressResource } from '../../firmware-agent/config/config.ts';
import { Address } from '../../firmware-agent/resources/address.ts';
import { broadcastOf, holds } from '../../firmware-agent/resources/ipv4.ts';
import { FakeBox, FakeTimers } from './support/fake-box.ts';

function setUp(wanted: Partial<AddressResource>, present: readonly string[]) {
  const box = new FakeBox(present);
  const timers = new FakeTimers();
  const lines: string[] = [];
  const address = new Address(
    { kind: 'address', text: 'the-word', address: '10.0.0.100', ...wanted },
    { hardware: box, openPort: box.openArp, timers, log: (level, text) => lines.push(`${level}: ${text}`) },
  );
  return { box, timers, lines, address };
}

t.test('what haresources leaves out is taken from the box', async (t) => {
  const lan = ['127.0.0.1/8 lo', '10.0.0.1/8 eth0', '10.0.0.2/24 eth1', '192.168.7.1/24 eth2'];
  const cases: readonly [string, Partial<AddressResource>, string][] = [
    ['the smallest network that holds it', {}, 'add 10.0.0.100/24 eth1 brd 10.0.0.255'],
    ['on the interface named', { device: 'eth0' }, 'add 10.0.0.100/8 eth0 brd 10.255.255.255'],
    ['with the prefix named', { prefix: 16 }, 'add 10.0.0.100/16 eth1 brd 10.0.255.255'],
    [
      'all named: no network needed',
      { address: '172.16.0.9', prefix: 30, device: 'eth2' },
      'add 172.16.0.9/30 eth2 brd 172.16.0.11',
    ],
    ['a broadcast named', { broadcast: '10.0.0.127' }, 'add 10.0.0.100/24 eth1 brd 10.0.0.127'],
    ['a label', { device: 'eth1', label: 'eth1:0' }, 'add 10.0.0.100/24 eth1:0 brd 10.0.0.255'],
    ['no room for a broadcast', { prefix: 32 }, 'add 10.0.0.100/32 eth1 brd none'],
  ];
  for (const [name, wanted, expected] of cases) {
    const { box, address } = setUp(wanted, lan);
    address.start();
    t.equal(box.did[0], expected, name);
  }
});

t.test('no network holds it: the error says what to write', async (t) => {
  const { box, address } = setUp({}, ['192.168.7.1/24 eth2']);
  t.throws(() => address.start(), {
    message:
      'no interface has a network that holds 10.0.0.100: write prefix and interface, as in IPaddr::10.0.0.100/24/eth0',
  });
  const other = setUp({ device: 'eth2' }, ['192.168.7.1/24 eth2']);
  t.throws(() => other.address.start(), {
    message:
      'eth2 has no address whose network holds 10.0.0.100: write prefix and interface, as in IPaddr::10.0.0.100/24/eth2',
  });
  t.same(box.did, []);
});

t.test('an address left by a dead agent is no network of the box', async (t) => {
  const { box, address } = setUp({}, ['10.0.0.100/32 eth0', '10.0.0.2/24 eth1']);
  address.start();
  t.equal(box.did[0], 'add 10.0.0.100/24 eth1 brd 10.0.0.255');
});

t.test('added, then announced, before start returns', async (t) => {
  const { box, lines, address } = setUp({}, ['10.0.0.2/24 eth1']);
  address.start();
  t.same(box.did, ['add 10.0.0.100/24 eth1 brd 10.0.0.255', 'announce 10.0.0.100 eth1']);
  t.same(address.found(), ['10.0.0.100/24 on eth1']);
  t.same(lines, ['info: Added 10.0.0.100/24 to eth1']);
});

t.test('there already is success, and announced once', async (t) => {
  const { box, timers, address } = setUp({}, ['10.0.0.2/24 eth1', '10.0.0.100/24 eth1']);
  address.start();
  t.equal(box.did.filter((line) => line.startsWith('announce')).length, 1, 'it may be new to the neighbours');
  timers.pass(10_000);
  address.start();
  timers.pass(10_000);
  t.equal(box.did.filter((line) => line.startsWith('announce')).length, 5, 'held all the time: they know');
  t.equal(box.openPorts, 1);

  box.addresses = box.addresses.filter((entry) => entry.address !== '10.0.0.100');
  address.start();
  timers.pass(10_000);
  t.equal(box.did.filter((line) => line.startsWith('announce')).length, 10, 'taken away and put back: again');
  t.equal(box.openPorts, 1);
});

t.test('stop removes it wherever it is and ends the announcing; gone already is success', async (t) => {
  const { box, timers, address } = setUp({}, ['10.0.0.2/24 eth1', '10.0.0.100/32 eth0']);
  address.start();
  address.stop();
  t.same(box.present, ['10.0.0.2/24 eth1']);
  t.equal(box.openPorts, 0);
  t.equal(timers.pending, 0);
  const did = box.did.length;
  address.stop();
  t.equal(box.did.length, did);
});

t.test('stop on a named interface leaves the others alone', async (t) => {
  const { box, address } = setUp({ device: 'eth1' }, ['10.0.0.100/24 eth1', '10.0.0.100/24 eth0']);
  t.same(address.found(), ['10.0.0.100/24 on eth1']);
  address.stop();
  t.same(box.present, ['10.0.0.100/24 eth0']);
});

t.test('what the kernel refuses is an error with its reason', async (t) => {
  const { box, address } = setUp({}, ['10.0.0.2/24 eth1']);
  box.refuse = { add: 'EPERM' };
  t.throws(() => address.start(), {
    name: 'ResourceError',
    message: 'cannot add 10.0.0.100/24 to eth1: EPERM',
  });
  t.equal(box.openPorts, 0, 'what is not here is not announced');
  box.refuse = {};
  address.start();
  box.refuse = { remove: 'EPERM' };
  t.throws(() => address.stop(), { message: 'cannot remove 10.0.0.100/24 from eth1: EPERM' });
  box.refuse = { list: 'ENOBUFS' };
  t.throws(() => address.found(), { message: /ENOBUFS/ });
});

t.test('an interface without ARP carries it all the same, with a warning', async (t) => {
  const { box, lines, address } = setUp({}, ['10.0.0.2/24 tun0']);
  box.refuse = { open: 'tun0 is no Ethernet' };
  address.start();
  t.same(box.present, ['10.0.0.2/24 tun0', '10.0.0.100/24 tun0']);
  t.match(lines[0], /^WARN: Cannot announce 10\.0\.0\.100 on tun0: tun0 is no Ethernet/);
});

t.test('another machine that claims it is logged', async (t) => {
  const { box, timers, lines, address } = setUp({}, ['10.0.0.2/24 eth1']);
  address.start();
  timers.pass(2_000);
  box.claim('10.0.0.100', '02:00:00:00:00:99');
  t.match(lines[1], /^WARN: 02:00:00:00:00:99 on eth1 claims our address 10\.0\.0\.100/);
});

t.test('arithmetic of networks', async (t) => {
  t.ok(holds('10.0.0.1', 24, '10.0.0.255'));
  t.notOk(holds('10.0.0.1', 24, '10.0.1.0'));
  t.ok(holds('0.0.0.0', 0, '255.255.255.255'));
  t.ok(holds('200.1.1.1', 32, '200.1.1.1'), 'above 2^31');
  t.notOk(holds('200.1.1.1', 32, '200.1.1.2'));
  t.equal(broadcastOf('200.10.77.3', 20), '200.10.79.255');
  t.equal(broadcastOf('10.0.0.1', 31), undefined);
  t.throws(() => holds('10.0.0', 24, '10.0.0.1'), RangeError);
});

t.test('an address that is taken away is added again, once a second at most', async (t) => {
  const { box, timers, lines, address } = setUp({}, ['10.0.0.2/24 eth0']);
  address.start();
  const away = () => box.change((all) => all.filter((entry) => entry.address !== '10.0.0.100'));
  away();
  timers.pass(0);
  t.same(box.present, ['10.0.0.2/24 eth0', '10.0.0.100/24 eth0'], 'at once');
  t.match(lines.slice(1), [
    'ERROR: 10.0.0.100 was taken away from this box: it is added again.',
    /^info: Added /,
  ]);
  t.equal(box.did.filter((text) => text.startsWith('announce')).length, 2, 'and announced');
  away();
  timers.pass(900);
  t.same(box.present, ['10.0.0.2/24 eth0']);
  timers.pass(100);
  t.equal(box.present.length, 2);
});

t.test('an interface that goes away and comes again has its address again', async (t) => {
  const { box, timers, lines, address } = setUp({}, ['10.0.0.2/24 eth0']);
  address.start();
  box.change(() => []);
  timers.pass(5000);
  box.change(() => []);
  timers.pass(5000);
  t.same(box.present, []);
  t.equal(lines.filter((line) => line.includes('taken away')).length, 1, 'told once');
  box.change(() => [{ device: 'eth0', index: 77, address: '10.0.0.2', prefix: 24, label: 'eth0' }]);
  timers.pass(1000);
  t.same(box.present, ['10.0.0.2/24 eth0', '10.0.0.100/24 eth0']);

  address.stop();
  box.change((all) => all);
  timers.pass(5000);
  t.same(box.present, ['10.0.0.2/24 eth0'], 'what was given up stays away');
});

t.test('an address on an interface that has another name now is removed all the same', async (t) => {
  const { box, address } = setUp({ device: 'eth0' }, ['10.0.0.2/24 eth0', '10.0.0.100/32 lo']);
  address.start();
  box.change((all) =>
    all.map((entry) => (entry.device === 'eth0' ? { ...entry, device: 'lan0', label: 'lan0' } : entry)),
  );
  t.same(address.found(), ['10.0.0.100/24 on lan0']);
  address.stop();
  t.same(box.present, ['10.0.0.2/24 lan0', '10.0.0.100/32 lo'], 'and another program keeps its own');
});
