import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Heard } from './fixtures/hw-box.ts';
import { type Box, cable, cannotRun, pair } from './support/box.ts';
import { fault, port, text } from './support/udp.ts';

/** No link opens anything by trying again: what works here works by the kernel's news. */
const retry = 3_600_000;

const missing = (on: string, what: string | null) => (event: Heard) =>
  event.on === on && event.missing === what;
const signals = (box: Box, on: string) =>
  box.heard.filter((event) => event.on === on && event.missing !== undefined).map((event) => event.missing);

/** A link of each kind that speaks in the clear. */
async function openAll(box: Box, device: string, peer: string): Promise<void> {
  await box.do('udp', 'ucast', { kind: 'ucast', device, address: peer, port, retry });
  await box.do('udp', 'bcast', { kind: 'bcast', device, port: port + 1, retry });
  await box.do('udp', 'mcast', {
    ...{ kind: 'mcast', group: '239.0.0.43', device, port: port + 2, retry },
    ...{ ttl: 1, loop: false },
  });
}
const kinds = ['ucast', 'bcast', 'mcast'] as const;

async function allReach(from: Box, to: Box, what: string): Promise<void> {
  for (const kind of kinds)
    await from.sendUntil(
      kind,
      `${what} by ${kind}`,
      to,
      (event) => event.on === kind && event.received === `${what} by ${kind}`,
    );
}

async function address(box: Box, device: string, net: number, host: number): Promise<void> {
  await box.do('addAddress', {
    ...{ device, address: `10.9.${net}.${host}`, prefix: 24, broadcast: `10.9.${net}.255` },
  });
}

/** Many changes by one process: faster than a link could follow. */
function batch(t: Test, box: Box, lines: readonly string[]): Promise<string> {
  const folder = t.testdir({ batch: `${lines.join('\n')}\n` });
  return box.do('ip', '-batch', join(folder, 'batch'));
}

t.test('a carrier is told when it goes and when it is back', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await openAll(a, 'x0', '10.9.0.2');
  await b.do('ip', 'link', 'set', 'x0', 'down');
  for (const kind of kinds) await a.hears(missing(kind, 'no carrier'));
  await b.do('ip', 'link', 'set', 'x0', 'up');
  for (const kind of kinds) await a.hears(missing(kind, null));

  await a.do('ip', 'link', 'set', 'x0', 'down');
  await a.hears(missing('ucast', 'the interface is down'));
  const mark = a.heard.length;
  await a.do('ip', 'link', 'set', 'x0', 'up');
  await a.hears(missing('ucast', null), mark);
  t.strictSame(signals(a, 'ucast'), ['no carrier', null, 'the interface is down', null]);
  t.notOk(
    a.heard.find(({ fault }) => fault !== undefined),
    'and is no fault',
  );

  // The kernel tells of a carrier once a second at most, and of every move of an administrator.
  const flaps = 30;
  const moves = Array.from({ length: flaps }, () => ['link set x0 down', 'link set x0 up']).flat();
  const before = a.heard.length;
  await batch(t, a, moves);
  await a.hears(missing('ucast', null), before);
  const told = signals(a, 'ucast').slice(4);
  t.equal(told[0], 'the interface is down');
  t.ok(told.length < flaps / 2, `one that flaps is lost once: ${told}`);
});

t.test('what holds when a link is opened is told, too', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await b.do('ip', 'link', 'set', 'x0', 'down');
  await openAll(a, 'x0', '10.9.0.2');
  await a.hears(missing('ucast', 'no carrier'));
  await openAll(b, 'x0', '10.9.0.1');
  await b.hears(missing('ucast', 'the interface is down'));
});

t.test('all links listen by one socket, which goes with the last', { skip: cannotRun }, async (t) => {
  const [a] = await pair(t);
  t.equal(await a.do('newsSockets'), 0);
  await openAll(a, 'x0', '10.9.0.2');
  t.equal(await a.do('newsSockets'), 1);
  await a.do('close', 'ucast');
  await a.do('close', 'bcast');
  t.equal(await a.do('newsSockets'), 1);
  await a.do('close', 'mcast');
  t.equal(await a.do('newsSockets'), 0);
  await openAll(a, 'x0', '10.9.0.2');
  t.equal(await a.do('newsSockets'), 1);
});

t.test('an interface that comes late is used at once', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await openAll(a, 'x1', '10.9.1.2');
  await openAll(b, 'x1', '10.9.1.1');
  for (const kind of kinds) t.match(await a.hears(fault(kind)), { fault: /ENODEV.*x1/ });
  await cable('x1', a, b);
  t.match(await a.hears((event) => /broadcast/.test(event.fault ?? '')), {
    fault: 'interface x1 has no broadcast address',
  });
  await address(a, 'x1', 1, 1);
  await address(b, 'x1', 1, 2);
  await allReach(a, b, 'there');
  await allReach(b, a, 'and back');
});

t.test('a broadcast goes where the interface says now', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await openAll(a, 'x0', '10.9.0.2');
  await openAll(b, 'x0', '10.9.0.1');
  await allReach(a, b, 'before');
  for (const [box, host] of [
    [a, 1],
    [b, 2],
  ] as const) {
    await box.do('ip', 'address', 'flush', 'dev', 'x0');
    await address(box, 'x0', 5, host);
  }
  await a.sendUntil('bcast', 'after', b, text('after'));
});

t.test('a link goes with the name, not with the interface', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await cable('x1', a, b);
  await address(a, 'x1', 1, 1);
  await address(b, 'x1', 1, 2);
  await openAll(a, 'x0', '10.9.1.2');
  await openAll(b, 'x1', '10.9.1.1');
  await batch(t, a, [
    ...['link set x0 down', 'link set x1 down', 'link set x0 name y0', 'link set x1 name x0'],
    ...['link set y0 name x1', 'link set x0 up', 'link set x1 up'],
  ]);
  await allReach(a, b, 'by the other cable');
  await allReach(b, a, 'and back');

  await a.do('ip', 'link', 'set', 'x0', 'down');
  await a.do('ip', 'link', 'set', 'x0', 'name', 'y0');
  for (const kind of kinds) await a.hears(fault(kind));
  await a.do('ip', 'link', 'set', 'y0', 'up');
  const mark = a.heard.length;
  await b.do('send', 'bcast', 'to nobody');
  await a.do('ip', 'link', 'set', 'y0', 'down');
  await a.do('ip', 'link', 'set', 'y0', 'name', 'x0');
  await a.do('ip', 'link', 'set', 'x0', 'up');
  await allReach(b, a, 'again');
  t.notOk(a.heard.slice(mark).find(text('to nobody')), 'another name is another interface');
});

t.test(
  'an interface that is made anew under its old number has lost its groups',
  { skip: cannotRun },
  async (t) => {
    const [a, b] = await pair(t);
    const plug = async (first: string) => {
      const words = `link add x1 index 77 netns ${a.pid} type veth peer name x1 netns ${b.pid}`;
      execFileSync('ip', words.split(' '), { stdio: 'pipe' });
      for (const box of [a, b]) await box.do('ip', 'link', 'set', 'x1', 'up');
      await address(a, 'x1', 1, 1);
      await address(b, 'x1', 1, 2);
      await allReach(b, a, first);
    };
    await openAll(a, 'x1', '10.9.1.2');
    await openAll(b, 'x1', '10.9.1.1');
    await plug('first life');
    await a.do('ip', 'link', 'delete', 'x1');
    await plug('second life');
    t.equal((await a.do('interface', 'x1'))?.index, 77);
  },
);

t.test('a storm of news leaves nothing wrong', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await openAll(a, 'x0', '10.9.0.2');
  await openAll(b, 'x0', '10.9.0.1');
  await allReach(b, a, 'before');
  // The box hears nothing while this goes on: its socket overflows.
  const storm = Array.from({ length: 1500 }, (_, count) => `link set lo alias storm${count}`);
  await batch(t, a, [...storm, 'link set x0 down', 'link set x0 name y0']);
  for (const kind of kinds) await a.hears(fault(kind));
  await batch(t, a, [...storm, 'link set y0 name x0', 'link set x0 up']);
  await allReach(b, a, 'after');
  t.equal(await a.do('newsSockets'), 1);
});

t.test('a bridge takes its carrier from its ports', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await a.do('ip', ...'link add br0 type bridge stp_state 0 forward_delay 0'.split(' '));
  await a.do('ip', 'link', 'set', 'br0', 'up');
  await a.do('watch', 'x0');
  await a.do('udp', 'port', { kind: 'ucast', device: 'x0', address: '10.9.0.2', port, retry });
  await a.do('udp', 'bridge', { kind: 'ucast', device: 'br0', address: '10.9.0.2', port, retry });
  await a.do('ip', 'link', 'set', 'x0', 'master', 'br0');
  await b.do('ip', 'link', 'set', 'x0', 'down');
  await a.hears(missing('bridge', 'no carrier'));
  await a.hears(missing('port', 'no carrier'));
  await b.do('ip', 'link', 'set', 'x0', 'up');
  await a.hears(missing('bridge', null));
  const mark = a.heard.length;
  await a.do('ip', 'link', 'set', 'x0', 'nomaster');
  await a.hears(missing('bridge', 'no carrier'), mark);
  await a.hears(missing('port', null));
  t.ok(a.heard.find(({ isThere }) => isThere));
  t.notOk(
    a.heard.find(({ isThere }) => isThere === false),
    'a bridge that lets its port go does not say that the interface is gone',
  );
});

t.test('what lies on another interface has the carrier of that', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await a.do('ip', ...'link add link x0 name upper0 type macvlan mode bridge'.split(' '));
  await a.do('ip', 'link', 'set', 'upper0', 'up');
  await a.do('udp', 'upper', { kind: 'ucast', device: 'upper0', address: '10.9.0.2', port, retry });
  await b.do('ip', 'link', 'set', 'x0', 'down');
  await a.hears(missing('upper', 'no carrier'));
  await b.do('ip', 'link', 'set', 'x0', 'up');
  await a.hears(missing('upper', null));
});
