import t from 'tap';
import { withoutSecrets } from '../../firmware-agent/console/support/configuration.ts';
import { Secrets } from '../../firmware-agent/console/support/secrets.ts';

function clean(name: string, line: string): string {
  return withoutSecrets(name, line, new Secrets());
}

const lines: readonly [file: string, line: string, clean: string][] = [
  ['authkeys', 'auth 1', 'auth 1'],
  ['authkeys', '1 sha1 verysecret', '1 sha1 (removed)'],
  ['authkeys', '2 crc', '2 crc'],
  ['authkeys', '3 sha256 verysecret and more', '3 sha256 (removed)'],
  ['authkeys', '# 1 sha1 oldsecret', '# (removed)'],
  ['authkeys', '1 sah1 verysecret', '(removed)'],
  ['authkeys', 'verysecret', '(removed)'],
  ['ha.cf', 'node nodea nodeb', 'node nodea nodeb'],
  ['ha.cf', 'stonith baytech /etc/ha.d/baytech', 'stonith baytech /etc/ha.d/baytech'],
  [
    'ha.cf',
    'stonith_host * baytech 10.0.0.9 ops verysecret',
    'stonith_host * baytech (removed) (removed) (removed)',
  ],
  [
    'ha.cf',
    '#stonith_host\t* baytech 10.0.0.9 ops pw',
    '#stonith_host * baytech (removed) (removed) (removed)',
  ],
  ['ha.cf', 'respawn root /usr/bin/x --token verysecret', 'respawn root /usr/bin/x (removed) (removed)'],
  ['ha.cf', 'env DB_PASSWORD=verysecret', 'env DB_PASSWORD=(removed)'],
  ['ha.cf', '# the password is verysecret', '# the password is (removed)'],
  [
    'twinbeat.cf',
    'fence agent fence_ipmilan ip=10.0.0.9 password=verysecret',
    'fence agent fence_ipmilan ip=(removed) password=(removed)',
  ],
  [
    'twinbeat.cf',
    'fence command /usr/sbin/off verysecret; true',
    'fence command /usr/sbin/off (removed) (removed)',
  ],
  ['twinbeat.cf', 'fence command PW=verysecret /usr/sbin/off', 'fence command (removed) (removed)'],
  ['twinbeat.cf', 'fence manual', 'fence manual'],
  ['twinbeat.cf', 'alarm /usr/bin/page -u ops:verysecret', 'alarm /usr/bin/page (removed) (removed)'],
  ['twinbeat.cf', 'lock /dev/disk/by-id/x lease 18s', 'lock /dev/disk/by-id/x lease 18s'],
  [
    'haresources',
    'nodea Filesystem::/dev/sda::/srv::cifs::user=x,password=verysecret',
    'nodea Filesystem::/dev/sda::/srv::cifs::user=x,password=(removed)',
  ],
  [
    'haresources',
    'nodea hook::https://ops:verysecret@10.0.0.9/x',
    'nodea hook::https://ops:(removed)@10.0.0.9/x',
  ],
];

t.test('each line keeps what helps and loses what is secret', async (t) => {
  for (const [file, line, expected] of lines) t.equal(clean(file, line), expected, line);
});

t.test('what was a secret in one place is removed from every other text', async (t) => {
  const secrets = new Secrets();
  withoutSecrets('authkeys', '1 sha1 key-of-the-pair\n# 2 sha1 old-key', secrets);
  withoutSecrets('twinbeat.cf', 'fence agent fence_x password=p@ss port=7 login=operator', secrets);
  t.equal(
    secrets.scrub('sent key-of-the-pair, then old-key, p@ss; port 7, operator; token=abc nodea heartbeat'),
    'sent (removed), then (removed), (removed); port 7, (removed); token=(removed) nodea heartbeat',
  );
});

t.test('words of comments and everyday words stay in the logs', async (t) => {
  const secrets = new Secrets();
  withoutSecrets('authkeys', '# this file protects the heartbeat\nauth 1\n1 sha1 verysecret', secrets);
  withoutSecrets('twinbeat.cf', 'fence agent fence_x ip=10.0.0.9 action=reboot username=admin', secrets);
  const line = 'heartbeat: [7]: info: this protects 10.0.0.9, reboot by admin';
  t.equal(secrets.scrub(line), line);
});

t.test('what a log tells by itself to be a secret is removed, prose stays', async (t) => {
  const cases: [string, string][] = [
    ['curl --password hunter2 -s', 'curl --password (removed) -s'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer (removed)'],
    ['get https://ops:hunter2@10.0.0.9/x', 'get https://ops:(removed)@10.0.0.9/x'],
    ['{"api_key": "abc"}', '{"api_key": "(removed)"}'],
    ['others may read the password in this file', 'others may read the password in this file'],
  ];
  for (const [line, expected] of cases) t.equal(new Secrets().scrub(line), expected);
});
