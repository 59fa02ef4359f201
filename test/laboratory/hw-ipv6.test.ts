import t from 'tap';
import type { Heard } from './fixtures/hw-box.ts';
import { type Box, cable, cannotRun, pair } from './support/box.ts';
import { fault, mended, port, reachesGroup, retry, text } from './support/udp.ts';

const received = (box: Box) => box.heard.flatMap((event) => event.received ?? []);

/** A pair whose crossover has fd09::1 and fd09::2, and fe80::1 and fe80::2. */
async function pair6(t: Parameters<typeof pair>[0]): Promise<[Box, Box]> {
  const boxes = await pair(t);
  await Promise.all(boxes.map((box, index) => address(box, 'x0', index + 1)));
  return boxes;
}

async function address(box: Box, device: string, host: number): Promise<void> {
  for (const network of ['fd09', 'fe80'])
    await box.do('addAddress', { device, address: `${network}::${host}`, prefix: 64 });
}

for (const network of ['fd09', 'fe80'])
  t.test(`ucast6 carries datagrams both ways in ${network}::/64`, { skip: cannotRun }, async (t) => {
    const [a, b] = await pair6(t);
    await a.do('udp', 'u', { kind: 'ucast6', device: 'x0', address: `${network}::2`, port, retry });
    await b.do('udp', 'u', { kind: 'ucast6', device: 'x0', address: `${network}::1`, port, retry });
    await a.do('send', 'u', 'from a\0\xff');
    await b.do('send', 'u', 'from b');
    t.ok(await b.hears(text('from a\0\xff')));
    t.ok(await a.hears(text('from b')));
    t.same(await a.do('counters', 'u'), { sent: 1, dropped: 0 });
    t.notOk(a.heard.find((event) => event.fault !== undefined));
  });

t.test('mcast6 reaches the group, the sender with loop only', { skip: cannotRun }, async (t) => {
  await reachesGroup(t, await pair6(t), { kind: 'mcast6', group: 'ff02::4321' });
});

t.test('both versions on one device and one port, each hears its own', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair6(t);
  await a.do('udp', 'u4', { kind: 'ucast', device: 'x0', address: '10.9.0.2', port, retry });
  await a.do('udp', 'u6', { kind: 'ucast6', device: 'x0', address: 'fd09::2', port, retry });
  await b.do('udp', 'u6', { kind: 'ucast6', device: 'x0', address: 'fd09::1', port, retry });
  await a.do('send', 'u4', 'to nobody');
  await a.do('send', 'u6', 'by IPv6');
  await b.hears(text('by IPv6'));
  await b.do('udp', 'u4', { kind: 'ucast', device: 'x0', address: '10.9.0.1', port, retry });
  await a.do('send', 'u4', 'by IPv4');
  t.equal((await b.hears(text('by IPv4'))).on, 'u4');
  t.same(received(b), ['by IPv6', 'by IPv4']);
});

t.test('a link hears its own device only', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair6(t);
  await cable('x1', a, b);
  await address(a, 'x1', 1);
  await address(b, 'x1', 2);
  await b.do('udp', 'heard', { kind: 'ucast6', device: 'x0', address: 'fe80::1', port, retry });
  await a.do('udp', 'stray', { kind: 'ucast6', device: 'x1', address: 'fe80::2', port, retry });
  await a.do('udp', 'right', { kind: 'ucast6', device: 'x0', address: 'fe80::2', port, retry });
  await a.do('send', 'stray', 'by the other cable');
  await a.do('send', 'right', 'by the right cable');
  await b.hears(text('by the right cable'));
  t.same(received(b), ['by the right cable']);
});

t.test('a device that comes late, goes and comes back', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair6(t);
  const group = { kind: 'mcast6', device: 'x1', group: 'ff02::4321', ttl: 1, loop: false, retry } as const;
  for (const box of [a, b]) {
    const peer = `fd08::${box === a ? 2 : 1}`;
    await box.do('udp', 'u', { kind: 'ucast6', device: 'x1', address: peer, port, retry });
    await box.do('udp', 'm', { ...group, port: port + 1 });
  }
  t.match(await a.hears(fault('u')), { fault: /ENODEV.*x1/ });
  t.match(await a.hears(fault('m')), { fault: /ENODEV.*x1/ });
  const plug = async () => {
    await cable('x1', a, b);
    await a.do('addAddress', { device: 'x1', address: 'fd08::1', prefix: 64 });
    await b.do('addAddress', { device: 'x1', address: 'fd08::2', prefix: 64 });
  };
  await plug();
  for (const life of ['first', 'second']) {
    for (const on of ['u', 'm']) {
      const heard = (event: Heard) => event.on === on && event.received === life;
      await a.sendUntil(on, life, b, heard);
      await b.sendUntil(on, life, a, heard);
    }
    if (life === 'second') break;
    const marks = [a.heard.length, b.heard.length] as const;
    await a.do('ip', 'link', 'delete', 'x1');
    for (const on of ['u', 'm']) {
      const gone = await a.hears((event) => fault(on)(event) && /ENODEV/.test(event.fault ?? ''), marks[0]);
      t.ok(gone, `${on}: a device that is gone is told from a way that is missing`);
      await b.hears(fault(on), marks[1]);
    }
    await plug();
  }
});

t.test('no address is a fault until there is one', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair6(t);
  await cable('x1', a, b);
  await a.do('udp', 'u', { kind: 'ucast6', device: 'x1', address: 'fd08::2', port, retry });
  t.match(await a.sendUntil('u', 'refused', a, fault('u')), { fault: /ENETUNREACH|EADDRNOTAVAIL/ });
  await a.do('addAddress', { device: 'x1', address: 'fd08::1', prefix: 64 });
  t.ok(await a.sendUntil('u', 'accepted', a, mended('u')));
});

t.test('an echo over IPv6 comes back with payload and round', { skip: cannotRun }, async (t) => {
  const [a] = await pair6(t);
  const options = { hosts: ['fd09::2', '::1'], version: 'ipv6', identifier: 0xbeef, retry } as const;
  await a.do('ping', 'g', options);
  await a.do('ping', 'other', { ...options, identifier: 1 });
  await a.sendUntil('g', 'first', a, (event) => event.on === 'g' && event.received === 'first');
  const since = a.heard.length;
  await a.do('send', 'g', 'second');
  const from = (host: string) => (event: Heard) => event.received === 'second' && event.from === host;
  const near = await a.hears(from('::1'), since);
  const far = await a.hears(from('fd09::2'), since);
  t.equal(near.sequence, far.sequence, 'all hosts of a round have the same sequence number');
  t.notOk(
    a.heard.find((event) => event.on === 'other' && event.received !== undefined),
    'answers to another identifier are not ours',
  );
});

t.test('a host of IPv6 that cannot be asked is a fault until it can', { skip: cannotRun }, async (t) => {
  const [a] = await pair6(t);
  await a.do('ping', 'p', { hosts: ['fd99::1'], version: 'ipv6', identifier: 7, retry });
  const told = await a.sendUntil('p', 'x', a, fault('p'));
  t.match(told.fault, /fd99::1: Network is unreachable/);
  await a.do('addAddress', { device: 'lo', address: 'fd99::1', prefix: 128 });
  t.ok(await a.sendUntil('p', 'y', a, text('y')));
  t.ok(await a.hears(mended('p')));
});
