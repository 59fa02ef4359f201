import t from 'tap';
import { cannotRun, pair } from './support/box.ts';

const address = '2001:db8::64';

t.test('a claim is seen at the other end of the cable, and believed', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  const mac = (await a.do('interface', 'x0'))?.mac ?? '';
  await Promise.all([a.do('advertisement', 'x0'), b.do('advertisement', 'x0')]);
  await b.do('addAddress', { device: 'x0', address: '2001:db8::2', prefix: 64 });
  await b.do('ip', 'neigh', 'add', address, 'lladdr', '02:00:00:00:00:99', 'dev', 'x0', 'nud', 'stale');

  await a.do('announce', 'x0', address);
  const { claim } = await b.hears((event) => event.claim?.address === address);
  t.same(claim, { address, mac });
  t.match(await b.do('ip', '-6', 'neigh', 'show', address), mac, "the neighbour's table has the new owner");
  t.notMatch(await b.do('ip', '-6', 'neigh', 'show', address), 'router');

  await a.do('forward', 'x0');
  await a.do('announce', 'x0', address);
  await b.do('announce', 'x0', '2001:db8::66');
  await a.hears((event) => event.claim?.address === '2001:db8::66');
  t.match(await b.do('ip', '-6', 'neigh', 'show', address), 'router', 'one that forwards says so');
  t.notOk(
    a.heard.find((event) => event.claim?.mac === mac),
    'nobody hears of its own claims',
  );
});

t.test('of all IPv6 only advertisements come through', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await a.do('filter', 'x0');
  await b.do('ip', 'link', 'set', 'x0', 'down');
  await b.do('ip', 'link', 'set', 'x0', 'up');
  // It solicits, and tells which groups it is in, before it has an address of its own.
  for (let turns = 0; turns < 1_000; turns += 1) {
    const shown = await b.do('ip', '-6', 'address', 'show', 'dev', 'x0');
    if (shown.includes('fe80') && !shown.includes('tentative')) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await b.do('advertisement', 'x0');
  await b.do('announce', 'x0', address);
  t.same(await a.do('filtered', 'x0'), [136]);
});

t.test('a port says what is wrong and works again after it', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  await t.rejects(a.do('advertisement', 'none0'), { code: 'ENODEV' });
  await Promise.all([a.do('advertisement', 'x0'), b.do('advertisement', 'x0')]);
  await a.do('ip', 'link', 'set', 'x0', 'down');
  await t.rejects(a.do('announce', 'x0', address), { code: 'ENETDOWN' });
  await a.do('ip', 'link', 'set', 'x0', 'up');
  // The kernel takes a moment to notice that the cable has a signal again: a claim in between is lost.
  t.ok(await a.repeat(b, (event) => event.claim?.address === address, 'announce', 'x0', address));
  await b.do('closeArp', 'x0');
  const before = b.heard.length;
  await a.do('announce', 'x0', address);
  await b.do('interface', 'x0');
  t.equal(b.heard.length, before, 'nothing is heard after close');
});
