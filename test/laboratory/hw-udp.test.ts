import t from 'tap';
import { cable, cannotRun, pair } from './support/box.ts';
import { fault, mended, port, reachesGroup, retry, text } from './support/udp.ts';

t.test('ucast carries datagrams both ways', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await a.do('udp', 'u', { kind: 'ucast', device: 'x0', address: '10.9.0.2', port, retry });
  await b.do('udp', 'u', { kind: 'ucast', device: 'x0', address: '10.9.0.1', port, retry });
  // Again and again: the first one on a new cable may be lost while the two find each other.
  t.ok(await a.sendUntil('u', 'from a\0\xff', b, text('from a\0\xff')));
  t.ok(await b.sendUntil('u', 'from b', a, text('from b')));
  const { sent } = await a.do('counters', 'u');
  await a.do('send', 'u', 'one more');
  t.same(await a.do('counters', 'u'), { sent: sent + 1, dropped: 0 });
  await a.do('close', 'u');
  await a.do('send', 'u', 'late');
  t.same(await a.do('counters', 'u'), { sent: sent + 1, dropped: 1 });
  t.notOk(a.heard.find((event) => event.fault !== undefined));
});

t.test('a ucast peer may be a host name', { skip: cannotRun }, async (t) => {
  const [a] = await pair(t);
  await a.do('udp', 'u', { kind: 'ucast', device: 'lo', address: 'localhost', port, retry });
  t.ok(await a.sendUntil('u', 'to a name', a, text('to a name')));
});

t.test('bcast reaches the peer, and comes back to its sender', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await a.do('udp', 'b', { kind: 'bcast', device: 'x0', port, retry });
  await b.do('udp', 'b', { kind: 'bcast', device: 'x0', port, retry });
  await a.do('send', 'b', 'to all');
  t.ok(await b.hears(text('to all')));
  t.ok(await a.hears(text('to all')));
});

t.test('mcast reaches the group, the sender with loop only', { skip: cannotRun }, async (t) => {
  await reachesGroup(t, await pair(t), { kind: 'mcast', group: '239.0.0.43' });
});

t.test('a link hears its own device only', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await cable('x1', a, b);
  await a.do('addAddress', { device: 'x1', address: '10.9.1.1', prefix: 24 });
  await b.do('addAddress', { device: 'x1', address: '10.9.1.2', prefix: 24 });
  await b.do('udp', 'heard', { kind: 'ucast', device: 'x0', address: '10.9.0.1', port, retry });
  await a.do('udp', 'wrong', { kind: 'ucast', device: 'x1', address: '10.9.0.2', port, retry });
  await a.do('udp', 'stray', { kind: 'ucast', device: 'x1', address: '10.9.1.2', port, retry });
  await a.do('udp', 'right', { kind: 'ucast', device: 'x0', address: '10.9.0.2', port, retry });
  await a.do('send', 'stray', 'by the other cable');
  await a.do('send', 'wrong', 'by no route');
  await a.do('send', 'right', 'by the right cable');
  await b.hears(text('by the right cable'));
  t.same(
    b.heard.filter((event) => event.received !== undefined).map((event) => event.received),
    ['by the right cable'],
  );
});

t.test('a device that comes late, goes and comes back', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await a.do('udp', 'late', { kind: 'ucast', device: 'x1', address: '10.9.1.2', port, retry });
  await b.do('udp', 'late', { kind: 'bcast', device: 'x1', port, retry });
  t.match(await a.hears(fault('late')), { fault: /ENODEV.*x1/ });
  await a.do('send', 'late', 'nowhere');
  t.same(await a.do('counters', 'late'), { sent: 0, dropped: 1 });
  const plug = async () => {
    await cable('x1', a, b);
    await a.do('addAddress', { device: 'x1', address: '10.9.1.1', prefix: 24 });
    await b.do('addAddress', { device: 'x1', address: '10.9.1.2', prefix: 24, broadcast: '10.9.1.255' });
  };
  await plug();
  await a.sendUntil('late', 'first life', b, text('first life'));
  await b.sendUntil('late', 'and back', a, text('and back'));
  await a.hears(mended('late'));
  await b.hears(mended('late'));

  const [faults, faultsOfB] = [a.heard.length, b.heard.length];
  await a.do('ip', 'link', 'delete', 'x1');
  await a.hears(fault('late'), faults);
  await b.hears(fault('late'), faultsOfB);
  await plug();
  await a.sendUntil('late', 'second life', b, text('second life'));
  await b.sendUntil('late', 'back again', a, text('back again'));
  await a.hears(mended('late'), faults);
  const told = a.heard.filter((event) => event.fault !== undefined).map((event) => event.fault === null);
  t.ok(told.length <= 6 && told.at(-1) === true, 'faults are told as changes, not again and again');
});

t.test('no address is a fault until there is one', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await cable('x1', a, b);
  await a.do('udp', 'u', { kind: 'ucast', device: 'x1', address: '10.9.1.2', port, retry });
  await a.do('udp', 'b', { kind: 'bcast', device: 'x1', port: port + 1, retry });
  await a.do('ip', 'link', 'set', 'x1', 'down');
  await a.do('send', 'u', 'refused');
  t.match(await a.hears(fault('u')), { fault: /ENETUNREACH|ENETDOWN/ });
  t.match(await a.hears(fault('b')), { fault: 'interface x1 has no broadcast address' });
  await a.do('ip', 'link', 'set', 'x1', 'up');
  await a.do('addAddress', { device: 'x1', address: '10.9.1.1', prefix: 24, broadcast: '10.9.1.255' });
  await b.do('addAddress', { device: 'x1', address: '10.9.1.2', prefix: 24, broadcast: '10.9.1.255' });
  await b.do('udp', 'b', { kind: 'bcast', device: 'x1', port: port + 1, retry });
  await a.sendUntil('u', 'accepted', a, mended('u'));
  t.ok(await a.sendUntil('b', 'to all', b, text('to all')));
});

t.test('two links may share a device and a port', { skip: cannotRun }, async (t) => {
  const [a] = await pair(t);
  await a.do('udp', 'first', { kind: 'ucast', device: 'x0', address: '10.9.0.2', port, retry });
  await a.do('udp', 'second', { kind: 'ucast', device: 'x0', address: '10.9.0.2', port, retry });
  await a.do('send', 'second', 'works');
  t.same(await a.do('counters', 'second'), { sent: 1, dropped: 0 });
  t.same(a.heard.slice(1), []);
});
