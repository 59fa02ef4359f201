import t from 'tap';
import type { Heard } from './fixtures/hw-box.ts';
import { cannotRun, pair } from './support/box.ts';

const answer = (on: string, text: string) => (event: Heard) => event.on === on && event.received === text;

t.test('answers come back with payload, address and round', { skip: cannotRun }, async (t) => {
  const [a] = await pair(t);
  await a.do('ping', 'g', { hosts: ['10.9.0.2', '127.0.0.1'], identifier: 0xbeef, retry: 50 });
  const first = await a.sendUntil('g', 'first', a, answer('g', 'first'));
  t.ok(['10.9.0.2', '127.0.0.1'].includes(first.from ?? ''));
  const since = a.heard.length;
  await a.do('send', 'g', 'second');
  const near = await a.hears((event) => answer('g', 'second')(event) && event.from === '127.0.0.1', since);
  const far = await a.hears((event) => answer('g', 'second')(event) && event.from === '10.9.0.2', since);
  t.equal(near.sequence, far.sequence, 'all hosts of a round have the same sequence number');
  t.ok((near.sequence ?? 0) > (first.sequence ?? 0), 'and the next round the next');
});

t.test('answers to another identifier are not ours', { skip: cannotRun }, async (t) => {
  const [a] = await pair(t);
  await a.do('ping', 'one', { hosts: ['10.9.0.2'], identifier: 1, retry: 50 });
  await a.do('ping', 'two', { hosts: ['10.9.0.2'], identifier: 2, retry: 50 });
  await a.sendUntil('one', 'of one', a, answer('one', 'of one'));
  await a.sendUntil('two', 'of two', a, answer('two', 'of two'));
  t.notOk(a.heard.find(answer('one', 'of two')));
  t.notOk(a.heard.find(answer('two', 'of one')));
});

t.test('a host that cannot be asked is a fault until it can', { skip: cannotRun }, async (t) => {
  const [a] = await pair(t);
  await a.do('ping', 'p', { hosts: ['10.99.0.1'], identifier: 7, retry: 50 });
  const fault = await a.sendUntil('p', 'x', a, (event) => typeof event.fault === 'string');
  t.match(fault.fault, /10\.99\.0\.1: Network is unreachable/);
  await a.do('addAddress', { device: 'lo', address: '10.99.0.1', prefix: 32 });
  t.ok(await a.sendUntil('p', 'y', a, answer('p', 'y')));
  t.ok(await a.hears((event) => event.fault === null));
});

t.test('a name without address is told, and the other hosts are asked', { skip: cannotRun }, async (t) => {
  const [a] = await pair(t);
  await a.do('ping', 'p', { hosts: ['no-such-host.invalid', '10.9.0.2'], identifier: 7, retry: 50 });
  t.match(await a.hears((event) => typeof event.fault === 'string'), { fault: /no-such-host\.invalid/ });
  t.ok(await a.sendUntil('p', 'x', a, answer('p', 'x')));
  const { sent } = await a.do('counters', 'p');
  t.ok(sent > 0);
  await a.do('close', 'p');
});
