import t, { type Test } from 'tap';
import type { Address6Resource, ResourceConfig } from '../../firmware-agent/config/config.ts';
import type { Rival } from '../../firmware-agent/resources/groups.ts';
import { type AdvertisementClaim, openAdvertisement } from '../../hw/advertisement.ts';
import { type ArpClaim, openArp } from '../../hw/arp.ts';
import { watchDevice } from '../../hw/interface-watch.ts';
import { addAddress, listAddresses, listAddresses6, removeAddress } from '../../hw/netlink.ts';
import { managerOf, onOwnBox, shown } from './support/own-box.ts';

const vip = '2001:db8::64';

function setUp(t: Test, resource: ResourceConfig) {
  const rivals: Rival[] = [];
  const hardware6 = { addAddress, removeAddress, listAddresses6, openAdvertisement, watchDevice };
  return { rivals, ...managerOf(t, [resource], { hardware6, rival: (rival) => rivals.push(rival) }) };
}

function wanted(more: Partial<Address6Resource> = {}): Address6Resource {
  return { kind: 'address6', text: 'vip', address: vip, ...more };
}

function pause(delay: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay));
}

/** Waits, as long as a busy machine may need, until it holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; turns < 1_000 && !holds(); turns += 1) await pause(10);
}

async function takeAndGive(t: Test): Promise<void> {
  const { rivals, did } = setUp(t, wanted());
  const heard: AdvertisementClaim[] = [];
  const neighbour = openAdvertisement('x1', (claim) => {
    if (claim.address === vip) heard.push(claim);
  });
  t.teardown(() => neighbour.close());

  const acquired = did('acquire');
  t.match(
    shown('-6', 'x0'),
    /inet6 2001:db8::64\/64 scope global nodad/,
    'there when acquire returns, and not tentative',
  );
  t.equal((await acquired).ok, true);
  await until(() => heard.length >= 5);
  await pause(1_000);
  t.equal(heard.length, 5, 'five advertisements and no more');
  t.not(heard[0]?.mac, neighbour.mac);

  neighbour.announce(vip);
  await until(() => heard.length >= 10);
  t.equal(heard.length, 10, 'a rival is answered by five more');
  t.match(rivals, [{ key: 'web', address: vip, mac: neighbour.mac }]);

  t.equal((await did('release')).ok, true);
  t.notMatch(shown('-6', 'x0'), vip);
  t.match(shown('-6', 'x0'), '2001:db8::1/64', 'the box keeps its own');
}

async function oddities(t: Test): Promise<void> {
  const dead = setUp(t, wanted({ device: 'x0', prefix: 128 }));
  t.equal((await dead.did('acquire')).ok, true);
  t.match(shown('-6', 'x0'), 'inet6 2001:db8::64/128');
  dead.manager.dispose();
  const heir = setUp(t, wanted());
  t.same(heir.manager.clearLeftovers(), { removed: ['2001:db8::64/128 on x0'], failed: [] });
  t.notMatch(shown('-6', 'x0'), vip);

  const nowhere = setUp(t, wanted({ device: 'none0', prefix: 64 }));
  t.equal((await nowhere.did('acquire')).ok, false);
  t.match(nowhere.manager.report()[0]?.resources[0], { state: 'failed', detail: /none0/ });
}

async function arpAlone(t: Test): Promise<void> {
  const { did } = setUp(t, { kind: 'arp', text: 'arp', address: '10.9.0.7', device: 'x0' });
  const heard: ArpClaim[] = [];
  const neighbour = openArp('x1', (claim) => heard.push(claim));
  t.teardown(() => neighbour.close());
  t.equal((await did('acquire')).ok, true);
  await until(() => heard.length >= 10);
  t.equal(
    heard.filter(({ address }) => address === '10.9.0.7').length,
    10,
    'each time a request and a reply',
  );
  t.notOk(listAddresses().some(({ address }) => address === '10.9.0.7'));
  t.equal((await did('release')).ok, true);
}

onOwnBox(import.meta.url, ['ip -6 address add 2001:db8::1/64 dev x0 nodad'], () => {
  t.test('an IPv6 address is added, announced, defended and removed', takeAndGive);
  t.test('what a dead agent has left, and what the kernel refuses', oddities);
  t.test('gratuitous ARP without an address', arpAlone);
});
