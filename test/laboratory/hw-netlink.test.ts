import t from 'tap';
import { Box, cannotRun, pair } from './support/box.ts';

t.test('addresses come and go, and twice is once', { skip: cannotRun }, async (t) => {
  const [box] = await pair(t);
  const vip = { device: 'x0', address: '10.9.7.7', prefix: 25 };
  t.equal(await box.do('addAddress', { ...vip, broadcast: '10.9.7.127', label: 'x0:0' }), 'added');
  t.equal(await box.do('addAddress', vip), 'already');
  const added = (await box.do('addresses', 'x0')).find((entry) => entry.address === vip.address);
  t.match(added, { prefix: 25, broadcast: '10.9.7.127', label: 'x0:0', index: Number });
  t.match(
    await box.do('ip', 'address', 'show', 'dev', 'x0'),
    'inet 10.9.7.7/25 brd 10.9.7.127 scope global x0:0',
  );
  t.equal(await box.do('removeAddress', vip), 'removed');
  t.equal(await box.do('removeAddress', vip), 'already');
  t.notMatch(await box.do('ip', 'address', 'show'), '10.9.7.7');
});

t.test('an address without label or broadcast has the name of its device', { skip: cannotRun }, async (t) => {
  const [box] = await pair(t);
  await box.do('addAddress', { device: 'x0', address: '10.9.8.1', prefix: 32 });
  const added = (await box.do('addresses', 'x0')).find((entry) => entry.address === '10.9.8.1');
  t.equal(added?.label, 'x0');
  t.notOk(added?.broadcast);
});

t.test('many addresses are all listed', { skip: cannotRun }, async (t) => {
  const [box] = await pair(t);
  for (let host = 1; host <= 250; host++) {
    await box.do('addAddress', { device: 'x0', address: `10.10.0.${host}`, prefix: 24 });
  }
  const found = (await box.do('addresses', 'x0')).filter((entry) => entry.address.startsWith('10.10.0.'));
  t.equal(new Set(found.map((entry) => entry.address)).size, 250);
});

t.test(
  'IPv6 addresses come and go, without a look for others that have them',
  { skip: cannotRun },
  async (t) => {
    const [a] = await pair(t);
    const vip = { device: 'x0', address: '2001:db8::64', prefix: 64 };
    t.equal(await a.do('addAddress', { ...vip, address: '2001:db8:0:0:0:0:0:64' }), 'added');
    t.equal(await a.do('addAddress', vip), 'already');
    t.match(
      await a.do('ip', '-6', 'address', 'show', 'dev', 'x0'),
      /inet6 2001:db8::64\/64 scope global nodad/,
    );
    const found = (await a.do('addresses6', 'x0')).find((entry) => entry.address === vip.address);
    t.match(found, { ...vip, label: 'x0', index: Number });
    t.notOk(
      (await a.do('addresses', 'x0')).some((entry) => entry.address.includes(':')),
      'by itself',
    );

    t.equal(await a.do('removeAddress', vip), 'removed');
    t.equal(await a.do('removeAddress', vip), 'already');
    t.equal(await a.do('removeAddress', { ...vip, device: 'none0' }), 'already');
    await t.rejects(a.do('addAddress', { ...vip, prefix: 129 }), { code: 'ERR_INVALID_ARG_TYPE' });
    await t.rejects(a.do('addAddress', { ...vip, address: '2001:db8::g' }), { code: 'ERR_INVALID_ARG_TYPE' });
  },
);

t.test('an interface that is gone took its addresses along', { skip: cannotRun }, async (t) => {
  const [box] = await pair(t);
  const elsewhere = { device: 'none0', address: '10.9.7.7', prefix: 24 };
  await t.rejects(box.do('addAddress', elsewhere), { code: 'ENODEV', message: /none0/ });
  t.equal(await box.do('removeAddress', elsewhere), 'already');
  const badLabel = { ...elsewhere, device: 'x0', label: 'a-label-that-is-too-long' };
  await t.rejects(box.do('addAddress', badLabel), { code: 'ERR_INVALID_ARG_TYPE' });
});

t.test('interfaces tell whether they are up and have a signal', { skip: cannotRun }, async (t) => {
  const [a, b] = await pair(t);
  t.match(await a.do('interface', 'x0'), { up: true, carrier: true, mac: /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/ });
  await b.do('ip', 'link', 'set', 'x0', 'down');
  t.match(await a.do('interface', 'x0'), { up: true, carrier: false });
  t.match(await b.do('interface', 'x0'), { up: false, carrier: false });
  t.equal(
    await b.do('addAddress', { device: 'x0', address: '10.9.7.7', prefix: 24 }),
    'added',
    'also while down',
  );
});

t.test('a box sees only its own network', { skip: cannotRun }, async (t) => {
  const box = await Box.start();
  t.teardown(() => box.stop());
  t.same(
    (await box.do('addresses', 'lo')).map((entry) => entry.address),
    ['127.0.0.1'],
  );
  t.equal(await box.do('interface', 'x0'), null);
});
