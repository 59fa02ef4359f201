import t from 'tap';
import type { ResourceConfig } from '../../firmware-agent/config/config.ts';
import { load, type Machine, said, valid } from './support/fake-probe.ts';

const OCF = '/usr/lib/ocf/resource.d';
const BOOTED: Machine = {
  scripts: [`${OCF}/heartbeat/Dummy`, `${OCF}/linbit/drbd`],
  directories: ['/run/systemd/system'],
};

/** The last resource of a line, and all that is said of it. */
function resource(
  word: string,
  machine: Machine = BOOTED,
): { found: ResourceConfig | undefined; said: string[] } {
  const verdict = load({ haresources: `nodea 10.0.0.1/24/eth0 ${word}\n` }, machine);
  return { found: verdict.config?.groups[0]?.resources.at(-1), said: said(verdict) };
}

t.test('words that are right', async (t) => {
  const cases: readonly [string, object][] = [
    [
      'IPv6addr::2001:DB8:0:0:0:0:0:64/64/eth0',
      { kind: 'address6', address: '2001:db8::64', prefix: 64, device: 'eth0' },
    ],
    ['IPv6addr::2001:db8:0:1:2:3:4:5', { kind: 'address6', address: '2001:db8:0:1:2:3:4:5' }],
    ['IPv6addr::fd00:0:0:0:0:0:0:9/eth1', { kind: 'address6', address: 'fd00::9', device: 'eth1' }],
    [
      'IPv6addr::fe80:0:0:0:0:0:0:9/64/eth1',
      { kind: 'address6', address: 'fe80::9', prefix: 64, device: 'eth1' },
    ],
    ['SendArp::10.0.0.7/eth0', { kind: 'arp', address: '10.0.0.7', device: 'eth0' }],
    ['Delay', { kind: 'delay', start: 20_000, stop: 20_000 }],
    ['Delay::5', { kind: 'delay', start: 5_000, stop: 5_000 }],
    ['Delay::1.5::0', { kind: 'delay', start: 1_500, stop: 0 }],
    ['systemd::nginx', { kind: 'systemd', unit: 'nginx' }],
    ['systemd::openvpn@site-1.service', { kind: 'systemd', unit: 'openvpn@site-1.service' }],
    ['OCF::Dummy', { kind: 'ocf', provider: 'heartbeat', agent: 'Dummy', instance: 'Dummy', parameters: {} }],
    [
      'OCF::linbit:drbd::drbd_resource=r0::mode=a=b',
      {
        kind: 'ocf',
        provider: 'linbit',
        agent: 'drbd',
        instance: 'linbit_drbd_drbd_resource_r0_mode_a_b',
        parameters: { drbd_resource: 'r0', mode: 'a=b' },
      },
    ],
    ['OCF::Dummy::ip=2001:db8::1::nic=eth0', { kind: 'ocf', parameters: { ip: '2001:db8::1', nic: 'eth0' } }],
  ];
  for (const [word, expected] of cases) {
    const { found, said } = resource(word);
    t.match(found, { text: word, ...expected }, word);
    t.same(said, [], word);
  }
});

t.test('the parameters of an instance are in its file', async (t) => {
  const text = [
    '# of the web',
    'OCF_RESKEY_state=/run/web # where',
    'export OCF_RESKEY_words="a b"',
    "  OCF_RESKEY_raw='$x';",
    'OCF_RESKEY_empty=',
    'OCF_RESKEY_mode=one',
    '',
  ].join('\r\n');
  const files = { '/etc/hosts': '', '/etc/ha.d/conf/OCF/Dummy/web': text };
  const { found, said } = resource('OCF::Dummy::web::mode=two', { ...BOOTED, files });
  t.same(said, []);
  t.match(found, {
    instance: 'web',
    parameters: { state: '/run/web', words: 'a b', raw: '$x', empty: '', mode: 'two' },
  });
});

t.test('mistakes', async (t) => {
  const bad = {
    ...BOOTED,
    files: { '/etc/ha.d/conf/OCF/Dummy/bad': '\nOCF_RESKEY_passwd=$(cat /secret)\n' },
  };
  for (const [word, expected, machine] of [
    ['IPv6addr::2001:db8::1::2', /error: "2001:db8::1::2" is not an IPv6 address: write eight groups/],
    ['IPv6addr', /error: IPv6addr takes one argument: write "IPv6addr::ADDRESS\/PREFIX\/INTERFACE"/],
    ['IPv6addr::10.0.0.7', /error: "10.0.0.7" is not an IPv6 address/],
    ['IPv6addr::2001:db8:0:0:0:0:0:1/129', /error: "129" is not a prefix length: write 1 to 128/],
    ['IPv6addr::2001:db8:0:0:0:0:0:0/64', /error: 2001:db8:: is the name of the network \/64 itself/],
    ['IPv6addr::ff02:0:0:0:0:0:0:1', /error: ff02::1 is no address that a machine can serve/],
    [
      'IPv6addr::fe80:0:0:0:0:0:0:1/64',
      /error: fe80::1 means another host on every cable: name its interface/,
    ],
    ['IPv6addr::2001:db8:0:0:0:0:0:1/64/eth0:1', /error: "eth0:1": that is the label of an address/],
    ['IPv6addr::2001:db8:0:0:0:0:0:1/64/eth0/x', /error: "\/x" is too much: write ip\/prefix\/interface/],
    ['IPaddr2::2001:db8::1/64', /error: IPaddr2 is for IPv4: write "IPv6addr::ADDRESS/],
    ['SendArp::10.0.0.7', /error: SendArp takes other arguments: write "SendArp::ADDRESS\/INTERFACE"/],
    ['SendArp::host/eth0', /error: SendArp takes other arguments/],
    ['Delay::5s', /error: Delay takes other arguments: write "Delay::SECONDS or/],
    ['Delay::1::2::3', /error: Delay takes other arguments/],
    ['Delay::3601', /error: "Delay::3601" waits longer than an hour: write 3600 seconds/],
    ['systemd', /error: systemd takes one argument: write "systemd::UNIT"/],
    ['systemd::nginx::x', /error: systemd takes one argument/],
    ['systemd::-x', /error: "-x" is not the name of a unit: write it as for systemctl/],
    ['OCF', /error: OCF takes other arguments: write "OCF::AGENT::INSTANCE"/],
    ['OCF::../x', /error: "..\/x" is not the name of an OCF agent/],
    ['OCF::a:b:c', /error: "a:b:c" is not the name of an OCF agent: write OCF::AGENT::INSTANCE or/],
    [
      'OCF::Dummy::web',
      /error: there is no \/etc\/ha.d\/conf\/OCF\/Dummy\/web: write it, with a line OCF_RESKEY_/,
    ],
    ['OCF::Dummy::10.0.0.1/24', /error: "10.0.0.1\/24" is neither the name of an instance nor NAME=VALUE/],
    ['OCF::Dummy::a=/x::b', /error: "b" is not NAME=VALUE/],
    ['OCF::Dummy::a=1::a=2', /error: a is given twice: delete one of them/],
    ['OCF::Dummy::bad', /error: \/etc\/ha.d\/conf\/OCF\/Dummy\/bad:2 is not OCF_RESKEY_NAME=VALUE/, bad],
  ] as const) {
    const { found, said } = resource(word, machine);
    t.match(said, [expected], word);
    t.match(said[0], /^haresources:1:24: /, 'at its place');
    t.equal(said.length, 1, word);
    t.equal(found, undefined, word);
    t.notMatch(said[0], /secret/, 'what may be a password is not told');
  }
});

t.test('what works otherwise than expected', async (t) => {
  for (const [word, expected, machine] of [
    ['IPv6addr::2001:db8::1/64', /warning: a Heartbeat cuts this at "::"; .*, write 2001:db8:0:0:0:0:0:1$/],
    [
      'IPv6addr::fd00:0:0:0:0:0:0:1/64/eth9',
      /warning: this machine has no interface eth9 now: fd00::1 cannot/,
    ],
    ['SendArp::10.0.0.7/eth9', /warning: this machine has no interface eth9 now: 10.0.0.7 cannot/],
    [
      'OCF::Other',
      /warning: there is no OCF agent \/usr\/lib\/ocf\/resource.d\/heartbeat\/Other: the group cannot/,
    ],
    [
      'OCF::Plain',
      /warning: \/usr\/lib\/ocf\/resource.d\/heartbeat\/Plain cannot be run: "chmod \+x" it/,
      { ...BOOTED, disks: [`${OCF}/heartbeat/Plain`] },
    ],
    ['systemd::nginx', /warning: this machine does not run systemd: the group cannot start here/, {}],
    ['ocf:heartbeat:Dummy', /warning: there is no script .*; did you mean "OCF::heartbeat:Dummy"\?/],
    ['sendarp::10.0.0.7/eth0', /warning: there is no script .*; did you mean "SendArp"\?/],
    ['systemd::nginx systemd::nginx', /warning: systemd::nginx is in this group already/],
    ['OCF::Dummy OCF::Dummy', /warning: OCF::Dummy is in this group already/],
  ] as const) {
    const { found, said } = resource(word, machine);
    t.match(said, [expected], word);
    t.equal(said.length, 1, word);
    t.ok(found, word);
  }
});

t.test('the same IPv6 address in two groups, however it is written', async (t) => {
  const haresources = 'nodea IPv6addr::2001:db8:0:0:0:0:0:1\nnodeb IPv6addr::2001:DB8:0:0:0:0:0:01/64/eth0\n';
  t.match(said(load({ haresources })), [
    /^haresources:2:7: error: 2001:db8::1 is in line 1 already: an address belongs to one group/,
  ]);
});

t.test('a script that a person named systemd goes before the unit', async (t) => {
  const verdict = load(
    { haresources: 'nodea 10.0.0.1 systemd::nginx\n' },
    { scripts: ['/etc/ha.d/resource.d/systemd'] },
  );
  t.same(said(verdict), []);
  t.match(valid(verdict).groups[0]?.resources[1], { kind: 'script', script: 'systemd', args: ['nginx'] });
});
