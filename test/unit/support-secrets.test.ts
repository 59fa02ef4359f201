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
    'nodea hook::https://ops:(removed)@10.0.0.9/(removed)',
  ],
  ['ha.cf', 'env SNMPSTRING=commun3XYZ,FOO=hunter4word', 'env SNMPSTRING=(removed) FOO=(removed)'],
  ['ha.cf', '#env\tFOO=hunter4word', '#env\tFOO=(removed)'],
  ['ha.cf', '# env variables are for scripts', '# env variables are for scripts'],
  [
    'haresources',
    'nodea OCF::mysql::db::replication_passwd=OCF12pw::user=u1 x::community=public1::key=KEY16zz',
    'nodea OCF::mysql::db::replication_passwd=(removed)::user=u1 x::community=(removed)::key=(removed)',
  ],
  [
    'haresources',
    'nodea myscript::SCRIPT19pw MailTo::a@b::TOK13x \\',
    'nodea myscript::(removed) MailTo::a@b::(removed) \\',
  ],
  ...[
    'nodea 10.0.0.1/24/eth0 fd00::2/64 IPaddr2::10.0.0.2/24/eth0 IPv6addr::fd00::3 Delay::3 systemd::nginx',
    'nodea Filesystem::/dev/sda::/srv::ext4 drbddisk::mysql OCF::heartbeat:apache::web::port=80',
    'nodea watch::10.0.0.9::eth0::/etc/watch.conf::ops@example.org::30 httpd',
  ].map((line) => ['haresources', line, line] as [string, string, string]),
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

t.test('a secret of resources is gone from the logs, too', async (t) => {
  const secrets = new Secrets();
  withoutSecrets('ha.cf', 'node nodea nodeb\nenv FOO=hunter4word SELF=nodea', secrets);
  withoutSecrets(
    'haresources',
    'nodea OCF::mysql::db::replication_passwd=OCF12pw::user=u1 x::community=public1::key=KEY16zz myscript::SCRIPT19pw',
    secrets,
  );
  withoutSecrets('twinbeat.cf', 'fence agent fence_x password=a1::b2', secrets);
  t.equal(
    secrets.scrub('nodea OCF12pw KEY16zz SCRIPT19pw hunter4word password=a1::b2'),
    'nodea (removed) (removed) (removed) (removed) password=(removed)',
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
    ['login with token LOG32tok', 'login with token (removed)'],
    ['Running mysql -uroot -pLOG33pw db', 'Running mysql -uroot -p(removed) db'],
    ['ipmitool -H 10.0.0.9 -U ops -P word power off', 'ipmitool -H 10.0.0.9 -U ops -P (removed) power off'],
    ['curl -u ops:word https://10.0.0.9', 'curl -u ops:(removed) https://10.0.0.9'],
    ['others may read the password in this file', 'others may read the password in this file'],
  ];
  for (const [line, expected] of cases) t.equal(new Secrets().scrub(line), expected);
});
