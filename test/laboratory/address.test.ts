import { execFileSync } from 'node:child_process';
import t, { type Test } from 'tap';
import type { AddressResource } from '../../firmware-agent/config/config.ts';
import { systemProbe } from '../../firmware-agent/config/probe.ts';
import type { ArpClaim, ArpPort } from '../../hw/arp.ts';
import { openArp } from '../../hw/arp.ts';
import { listAddresses } from '../../hw/netlink.ts';
import { managerOf, onOwnBox, shown } from './support/own-box.ts';

/** The other end of the cable. */
class Neighbour {
  readonly heard: ArpClaim[] = [];
  readonly port: ArpPort = openArp('x1', (claim) => this.heard.push(claim));

  /** Waits, as long as a busy machine may need, for so many claims of the address. */
  async hears(address: string, count: number): Promise<number> {
    const found = (): number => this.heard.filter((claim) => claim.address === address).length;
    for (let turns = 0; turns < 1_000 && found() < count; turns += 1) await pause(10);
    return found();
  }
}

function pause(delay: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay));
}

function setUp(t: Test, wanted: Partial<AddressResource>) {
  return managerOf(t, [{ kind: 'address', text: 'vip', address: '10.9.0.100', ...wanted }]);
}

async function takeAndGive(t: Test): Promise<void> {
  const { lines, did } = setUp(t, {});
  const neighbour = new Neighbour();
  t.teardown(() => neighbour.port.close());

  const acquired = did('acquire');
  t.match(
    listAddresses().find((entry) => entry.address === '10.9.0.100'),
    { device: 'x0', prefix: 24, broadcast: '10.9.0.255', label: 'x0' },
    'there when acquire returns',
  );
  t.equal((await acquired).ok, true);
  t.match(shown('-4', 'x0'), 'inet 10.9.0.100/24 brd 10.9.0.255 scope global secondary x0');

  // Each announcement is a request and a reply.
  t.equal(await neighbour.hears('10.9.0.100', 10), 10, 'five announcements');
  await pause(1_000);
  t.equal(await neighbour.hears('10.9.0.100', 10), 10, 'and no more');
  const mac = neighbour.heard[0]?.mac;
  t.not(mac, neighbour.port.mac);

  neighbour.port.announce('10.9.0.100');
  // On a busy machine the second half of what the rival said may be answered, too.
  t.ok((await neighbour.hears('10.9.0.100', 20)) >= 20, 'a rival is answered by five more');
  t.ok(
    neighbour.heard.every((claim) => claim.mac === mac),
    'all of them ours',
  );
  t.ok(
    lines.some((line) => line.startsWith(`WARN: ${neighbour.port.mac} on x0 claims our address 10.9.0.100`)),
  );

  t.equal((await did('release')).ok, true);
  t.notMatch(shown('-4', 'x0'), '10.9.0.100');
  t.match(shown('-4', 'x0'), '10.9.0.1/24', 'the box keeps its own');
  await pause(300);
  const before = neighbour.heard.length;
  neighbour.port.announce('10.9.0.100');
  await pause(300);
  t.equal(neighbour.heard.length, before, 'what is not ours is not defended');
}

async function oddities(t: Test): Promise<void> {
  const labelled = setUp(t, { device: 'x0', label: 'x0:7', address: '10.9.0.101' });
  t.equal((await labelled.did('acquire')).ok, true);
  t.match(shown('-4', 'x0'), 'inet 10.9.0.101/24 brd 10.9.0.255 scope global secondary x0:7');

  // Another agent on this box, started after the first one died.
  labelled.manager.dispose();
  const heir = setUp(t, { address: '10.9.0.101' });
  t.same(heir.manager.strayAddresses(), ['10.9.0.101/24 on x0']);
  t.same(heir.manager.clearLeftovers(), { removed: ['10.9.0.101/24 on x0'], failed: [] });
  t.notMatch(shown('-4', 'x0'), '10.9.0.101');

  const nowhere = setUp(t, { address: '10.9.0.102', device: 'none0', prefix: 24 });
  t.equal((await nowhere.did('acquire')).ok, false);
  t.match(nowhere.manager.report()[0]?.resources[0], { state: 'failed', detail: /none0/ });

  const quiet = setUp(t, { address: '10.99.0.1', device: 'lo', prefix: 32 });
  t.equal(
    (await quiet.did('acquire')).ok,
    true,
    'the loopback has no neighbours, and carries it all the same',
  );
  t.match(shown('-4', 'lo'), '10.99.0.1/32');
  t.equal((await quiet.did('release')).ok, true);
  t.notMatch(shown('-4', 'lo'), '10.99.0.1');
}

async function ownAddresses(t: Test): Promise<void> {
  t.same(systemProbe([]).addresses(), ['10.9.0.1']);
  execFileSync('ip', ['link', 'set', 'x1', 'down']);
  t.match(shown('-4', 'x0'), 'NO-CARRIER');
  t.same(systemProbe([]).addresses(), ['10.9.0.1']);
}

onOwnBox(import.meta.url, ['ip address add 10.9.0.1/24 dev x0'], () => {
  t.test('an address is added, announced, defended and removed', takeAndGive);
  t.test('label, leftover and what the kernel refuses', oddities);
  t.test('its own addresses are known without a signal on the cable', ownAddresses);
});
