import t from 'tap';
import { GOOD_CF, load, said, valid } from './support/fake-probe.ts';

const HASH = `scrypt:16384:8:1:${'A'.repeat(22)}:${'B'.repeat(43)}`;

t.test('the port, its rate and the login arrive, and the defaults', async (t) => {
  t.strictSame([valid(load({})).console, valid(load({})).password], [null, null]);
  const plain = valid(load({ twinbeat: 'console /dev/ttyS1\n' }));
  t.strictSame(plain.console, { path: '/dev/ttyS1', baud: 115_200, login: false });
  const all = valid(load({ twinbeat: `console /dev/ttyS1 9600 login\npassword ${HASH}\n` }));
  t.strictSame(all.console, { path: '/dev/ttyS1', baud: 9600, login: true });
  t.strictSame(all.password, { N: 16384, r: 8, p: 1, salt: 'A'.repeat(22), hash: 'B'.repeat(43) });
});

t.test('never on the heartbeat cable, by whatever name', async (t) => {
  const cf = `${GOOD_CF}serial /dev/ttyS0\n`;
  const links = { '/dev/serial/by-id/one': '/dev/ttyS0' };
  const devices = ['/dev/ttyS0', '/dev/ttyS1', '/dev/serial/by-id/one'];
  for (const port of ['/dev/ttyS0', '/dev/serial/by-id/one']) {
    const verdict = load({ cf, twinbeat: `console ${port}\n` }, { links, devices });
    t.notOk(verdict.config, port);
    t.match(said(verdict), [
      /^twinbeat.cf:1:9: error: console: \S+ is the heartbeat cable in line 4 of ha.cf: .*three Enters bring the menu there/,
    ]);
  }
  t.ok(load({ cf, twinbeat: 'console /dev/ttyS1\n' }, { links, devices }).config);
});

t.test(
  'the menu on a silent heartbeat cable is there unless it is off, and asks who has to log in anyway',
  async (t) => {
    const menu = (twinbeat: string) => valid(load({ twinbeat })).heartbeatConsole;
    t.strictSame(menu(''), { login: false });
    t.strictSame(menu('heartbeat-console on\nconsole /dev/ttyS1\n'), { login: false });
    t.strictSame(menu('heartbeat-console off\n'), null);
    t.strictSame(menu(`heartbeat-console login\npassword ${HASH}\n`), { login: true });
    t.strictSame(menu(`console /dev/ttyS1 login\npassword ${HASH}\n`), { login: true });
    t.strictSame(menu(`heartbeat-console off\nconsole /dev/ttyS1 login\npassword ${HASH}\n`), null);
  },
);

t.test('a login on the same port is told with its mend', async (t) => {
  const files = { '/etc/inittab': 'ttyS1::respawn:/sbin/getty 115200 ttyS1\n' };
  const verdict = load({ twinbeat: 'console /dev/ttyS1\n' }, { files });
  t.ok(verdict.config);
  t.match(said(verdict), [/warning: console: \/dev\/ttyS1 is where a login waits, .*remove its line from/]);
});

t.test(
  'a password that stands there itself is never shown, and a hash that others may read is warned of',
  async (t) => {
    const wrong = said(load({ twinbeat: 'password my-secret-word\n' }));
    t.notMatch(wrong.join('\n'), 'my-secret-word');
    t.equal(wrong.length, 1);
    const modes = { '/etc/ha.d/twinbeat.cf': 0o644 };
    t.match(said(load({ twinbeat: `password ${HASH}\n` }, { modes })), [
      /^twinbeat.cf:1:10: warning: others than its owner may read the password in this file/,
    ]);
  },
);

t.test('login is not blamed for a password that is refused itself', async (t) => {
  t.match(said(load({ twinbeat: 'console /dev/ttyS1 login\npassword x\n' })), [
    /error: password: this is no hash/,
  ]);
});
