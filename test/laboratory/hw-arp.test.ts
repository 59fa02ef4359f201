import t from 'tap';
import { cannotRun, pair } from './support/box.ts';

t.test('a claim is seen at the other end of the cable, and believed', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  const mac = (await a.do('interface', 'x0'))?.mac ?? '';
  await Promise.all([a.do('arp', 'x0'), b.do('arp', 'x0')]);
  await b.do('ip', 'neigh', 'add', '10.9.0.100', 'lladdr', '02:00:00:00:00:99', 'dev', 'x0', 'nud', 'stale');

  await a.do('announce', 'x0', '10.9.0.100');
  const request = await b.hears((event) => event.claim?.kind === 'request');
  const reply = await b.hears((event) => event.claim?.kind === 'reply');
  t.same(request.claim, { address: '10.9.0.100', mac, kind: 'request' });
  t.same(reply.claim, { address: '10.9.0.100', mac, kind: 'reply' });
  t.match(await b.do('ip', 'neigh', 'show', '10.9.0.100'), mac, "the neighbour's table has the new owner");

  await b.do('announce', 'x0', '10.9.0.200');
  await a.hears((event) => event.claim?.address === '10.9.0.200');
  t.notOk(
    a.heard.find((event) => event.claim?.mac === mac),
    'nobody hears of its own claims',
  );
});

t.test('nothing is heard after close', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await a.do('arp', 'x0');
  await b.do('arp', 'x0');
  await a.do('announce', 'x0', '10.9.0.1');
  await b.hears((event) => event.claim !== undefined);
  await b.do('closeArp', 'x0');
  await b.do('closeArp', 'x0');
  const before = b.heard.length;
  await a.do('announce', 'x0', '10.9.0.1');
  await b.do('counters', 'x0').catch(() => undefined);
  t.equal(b.heard.length, before);
});

t.test('a port says what is wrong and works again after it', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await t.rejects(a.do('arp', 'none0'), { code: 'ENODEV' });
  await t.rejects(a.do('announce', 'x0', '10.9.0.1'), { message: /nothing is open/ });
  await Promise.all([a.do('arp', 'x0'), b.do('arp', 'x0')]);
  await a.do('ip', 'link', 'set', 'x0', 'down');
  await t.rejects(a.do('announce', 'x0', '10.9.0.1'), { code: 'ENETDOWN' });
  await a.do('ip', 'link', 'set', 'x0', 'up');
  // The kernel takes a moment to notice that the cable has a signal again: a claim in between is lost.
  t.ok(await a.repeat(b, (event) => event.claim?.address === '10.9.0.1', 'announce', 'x0', '10.9.0.1'));
  const heard = await b.repeat(
    a,
    (event) => event.claim?.address === '10.9.0.2',
    'announce',
    'x0',
    '10.9.0.2',
  );
  t.ok(heard, 'it hears again, too');
  await a.do('ip', 'link', 'delete', 'x0');
  await t.rejects(
    a.do('announce', 'x0', '10.9.0.1'),
    { code: /ENXIO|ENODEV|ENETDOWN/ },
    'its interface is gone',
  );
  await a.do('closeArp', 'x0');
});
