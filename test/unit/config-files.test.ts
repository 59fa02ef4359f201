import t from 'tap';
import { GOOD_CF, GOOD_KEYS, GOOD_RESOURCES, load, said, valid } from './support/fake-probe.ts';

t.test('all mistakes of all files are told at once, in order, and nothing starts', async (st) => {
  const verdict = load({
    cf: 'node nodea nodeb\nkeeplive 2\nauto_failback on\n  deadtime   2s\nbcast eth1\n\tmsgfmt  fancy # here\n',
    authkeys: 'auth 3\n1 crc key\n',
    haresources: 'nodec 10.0.0.1/24/eth0\nnodea 10.0.0.1/99\n',
  });
  st.equal(verdict.config, undefined);
  st.match(said(verdict), [
    'ha.cf:2:1: error: there is no directive "keeplive"; did you mean "keepalive"?',
    'ha.cf:4:14: error: deadtime "2s": there is no unit for seconds: write 2 (seconds) or 2000ms',
    'ha.cf:6:10: error: msgfmt "fancy": write classic or netstring',
    'authkeys:1:6: error: auth 3: there is no good key 3',
    'authkeys:2:7: error: crc takes no key: write "1 crc", or "1 sha1 SECRET"',
    'haresources:1:1: error: nodec is not a node of ha.cf: a line begins with the node that the group prefers, nodea or nodeb',
    'haresources:2:7: error: "99" is not a prefix length',
  ]);
  st.equal(verdict.diagnostics.length, 7);
});

t.test('words that are not directives', async (st) => {
  for (const [line, text] of [
    ['include /etc/other', 'ha.cf has no include'],
    ['Keepalive 2', 'directives are written in lower case: write "keepalive"'],
    ['keepalive=2', 'write "keepalive 2"'],
    ['keepalive: 2', 'write "keepalive 2"'],
    ['keepalive\u00a02', 'not plain ASCII'],
    ['frobnicate on', 'there is no directive "frobnicate": delete the line'],
    ['auto-failback on', 'did you mean "auto_failback"?'],
  ] as const) {
    const { diagnostics } = load({ cf: `${GOOD_CF} ${line}\n` });
    st.match(diagnostics, [{ severity: 'error', file: 'ha.cf', line: 4, column: 2, text }], line);
    st.equal(diagnostics.length, 1);
  }
});

t.test('a line may have 5119 bytes', async (st) => {
  const line = (length: number): string => `# ${'ä'.repeat(10)}${'x'.repeat(length - 22)}`;
  st.ok(load({ cf: `${GOOD_CF}${line(5119)}\r\n` }).config);
  st.match(said(load({ cf: GOOD_CF + line(5120) })), [/^ha.cf:4:1: error: this line has 5120 bytes/]);
});

t.test('a pair has two nodes, and this machine is one of them', async (st) => {
  const rest = 'auto_failback on\nbcast eth1\n';
  const errors = (cf: string, node?: string, nodeinfo?: string): string[] =>
    said(load({ cf, haresources: '', ...(nodeinfo !== undefined && { nodeinfo }) }, {}, node)).filter(
      (line) => line.includes(' error: '),
    );
  st.match(errors(rest), [/^ha.cf: error: there are no nodes: .*\(here: nodea\)/]);
  st.match(errors(`node nodea\n${rest}`), [
    /^ha.cf:1:6: error: a pair has two nodes, and there is only nodea/,
  ]);
  st.match(errors(`node nodea nodeb\nnode nodec\n${rest}`), [
    /^ha.cf:2:6: error: nodec is one node too many: .* Delete 1 of these 3, or use Pacemaker with corosync/,
  ]);
  st.match(errors(`node left right\n${rest}`), [
    'ha.cf:1:6: error: this machine is called nodea (by uname -n), and that is not a node here, only left and right are: ' +
      'write "node nodea" in place of one of these, or start with "--node left" or "--node right", ' +
      'or put that name into the file nodeinfo',
  ]);
  st.match(errors(`node nodea.example nodeb\n${rest}`), [
    /write "node nodea" in place of nodea.example, or start with "--node nodea.example",/,
  ]);
  st.match(errors(`node left right\n${rest}`, 'up'), [/this machine is called up \(by --node\)/]);
  st.match(errors(`node left right\n${rest}`, undefined, 'down\n'), [/called down \(by nodeinfo\)/]);
});

t.test('the name: --node before nodeinfo before uname -n, all in lower case', async (st) => {
  const cf = 'node Left RIGHT nodea\nbcast eth1\nauto_failback on\n';
  const two = cf.replace(' nodea', '');
  const files = { cf: two, haresources: 'LEFT 10.0.0.1\n' };
  st.match(valid(load({ ...files, nodeinfo: 'Right\nignored\n' }, {}, 'LEFT')), {
    self: 'left',
    peer: 'right',
  });
  st.match(valid(load({ ...files, nodeinfo: 'Right\nignored\n' })), { self: 'right', peer: 'left' });
  st.match(valid(load({ ...files, nodeinfo: '\n' }, { hostname: 'LEFT' })), { self: 'left' });
  st.equal(valid(load(files, {}, 'left')).groups[0]?.node, 'left');
});

t.test('no medium', async (st) => {
  const cf = 'node nodea nodeb\nauto_failback on\n';
  st.match(said(load({ cf })), [
    /^ha.cf: error: there is no medium .* write for example "serial \/dev\/ttyS0"/,
  ]);
  st.match(said(load({ cf: `${cf}ucast eth1 10.0.0.2\n` })), [
    /^ha.cf: error: there is no medium/,
    /^ha.cf:3:12: info: ucast: 10.0.0.2 is this machine's own/,
  ]);
  st.match(said(load({ cf: `${cf}serial /dev/ttyS7\n` }, { serialPorts: [] })), [
    'ha.cf:3:8: error: serial: there is no /dev/ttyS7 on this machine; no serial port was found',
  ]);
});

t.test('auto_failback: legacy and nothing are legacy, with a warning', async (st) => {
  const cf = 'node nodea nodeb\nbcast eth1\n';
  const legacy = load({ cf: `${cf}auto_failback legacy\n` });
  st.match(said(legacy), [
    /^ha.cf:3:15: warning: auto_failback legacy knows no standby .* write "auto_failback on"/,
  ]);
  st.equal(valid(legacy).legacy, true);
  const missing = load({ cf });
  st.match(said(missing), [
    /^ha.cf: warning: auto_failback is missing, .* write "auto_failback on" or "auto_failback off"/,
  ]);
  st.equal(valid(missing).legacy, true);
  st.match(valid(load({ cf: `${cf}nice_failback on\n` })), { autoFailback: false, legacy: false });
  st.match(said(load({ cf: `${cf}auto_failback sometimes\n` })), [
    /^ha.cf:3:15: error: auto_failback "sometimes": write on/,
  ]);
});

t.test('times that do not go together', async (st) => {
  for (const [lines, expected] of [
    ['warntime 30', /^ha.cf:4:10: warning: warntime 30 s is not shorter than deadtime 30 s/],
    ['warntime 1', /^ha.cf:4:10: warning: warntime 1 s is not longer than keepalive 1 s/],
    ['deadtime 5\ninitdead 6', /^ha.cf:5:10: warning: initdead 6 s may be too short .* write "initdead 10"/],
    ['initdead 59', /^ha.cf:4:10: info: initdead 59 s is best at least twice deadtime: "initdead 60"/],
    ['keepalive 2500ms\ndeadtime 5', /^ha.cf:5:10: error: .* write "deadtime 10"/],
  ] as const) {
    st.match(said(load({ cf: `${GOOD_CF}${lines}\n` })), [expected], lines);
  }
  st.same(said(load({ cf: `${GOOD_CF}keepalive 1\ndeadtime 2001ms\ninitdead 10\n` })), []);
});

t.test('ports: /etc/services names the default, udpport is held against it', async (st) => {
  const files = { '/etc/services': 'ha-cluster\t7694/udp  Heartbeat\nhttps 443/tcp\nntp 123/udp # time\n' };
  const port = (cf: string): unknown => valid(load({ cf }, { files })).media[0];
  st.match(port(GOOD_CF), { port: 7694 });
  st.match(port(`udpport 443\n${GOOD_CF}`), { port: 443 });
  st.match(said(load({ cf: `udpport 123\n${GOOD_CF}` }, { files })), [
    /^ha.cf:1:9: warning: udpport 123 is registered for ntp/,
  ]);
  st.same(said(load({ cf: `${GOOD_CF}udpport 7694\n` }, { files })), []);
});

t.test('no groups at all: allowed, and pointed out', async (st) => {
  const verdict = load({ haresources: '# nothing\n' });
  st.match(said(verdict), [/^haresources: warning: there is no resource group/]);
  st.same(valid(verdict).groups, []);
});

t.test('crm on: accepted, and haresources is not read', async (st) => {
  const verdict = load({ cf: `${GOOD_CF}crm on\n`, haresources: 'stranger 1.2.3.4.5\n' });
  st.match(said(verdict), [
    /^ha.cf:4:5: warning: .* write "crm off" to have what haresources says/,
    /^haresources: warning: this file is ignored because ha.cf has crm on/,
  ]);
  st.same(valid(verdict).groups, []);
  st.same(valid(load({ cf: `${GOOD_CF}pacemaker respawn\n` })).groups, []);
  st.equal(valid(load({ cf: `${GOOD_CF}crm no\n` })).groups.length, 1);
});

t.test('authkeys: one signs, all are known', async (st) => {
  const authkeys = '# keys\n\n  auth 2 ignored\n1 crc\n\t2 sha1  Se=c#ret\r\n15 md5 old\n0 sha256 new\n';
  const { keys } = valid(load({ authkeys }));
  st.same(keys.signing, { index: 2, method: 'sha1', secret: 'Se=c#ret' });
  st.same(
    [...keys.keys.values()],
    [
      { index: 1, method: 'crc' },
      { index: 2, method: 'sha1', secret: 'Se=c#ret' },
      { index: 15, method: 'md5', secret: 'old' },
      { index: 0, method: 'sha256', secret: 'new' },
    ],
  );
  st.match(said(load({ authkeys })), [
    /^authkeys:3:10: warning: the rest of the line is ignored: one key signs/,
    /^authkeys:4:1: warning: crc is no authentication at all/,
    /^authkeys:7:1: info: sha256 is for two nodes of Twinbeat/,
  ]);
});

t.test('authkeys: mistakes', async (st) => {
  for (const [authkeys, expected] of [
    ['', /^authkeys: error: no auth directive .*: write "auth 1" and "1 sha1 SECRET"/],
    [
      '3 md5 hidden\n',
      /^authkeys:1:1: error: no auth directive says which key signs: write "auth 3" above this line$/,
    ],
    ['auth\n1 md5 hidden\n', /^authkeys:1:1: error: auth needs the number of the key/],
    ['auth 16\n1 md5 hidden\n', /^authkeys:1:6: error: auth needs the number of the key that signs, 0 to 15/],
    ['auth 1\n1 md5\n', /^authkeys:2:3: error: md5 needs a key: write "1 md5 SECRET"/],
    ['auth 1\n1 sha1\n', /^authkeys:2:3: error: sha1 needs a key/],
    ['auth 1\n1 crc hidden\n', /^authkeys:2:7: error: crc takes no key/],
    [
      'auth 1\n1 hidden\n',
      /^authkeys:2:3: error: key 1 needs a method behind its number: write crc, md5, sha1 or sha256/,
    ],
    ['auth 1\n1 sh1 hidden\n', /^authkeys:2:3: error: key 1 needs a method .*; did you mean sha1\?$/],
    ['auth 1\n1\n', /^authkeys:2:1: error: key 1 needs a method/],
    ['auth 1\n16 md5 hidden\n', /^authkeys:2:1: error: a key line begins with a number from 0 to 15/],
    ['auth 1\n1 md5 hidden\n1 sha1 hidden\n', /^authkeys:3:1: error: key 1 is in line 2 already/],
    ['auth 1\nauth 1\n1 md5 hidden\n', /^authkeys:2:1: error: line 1 has an auth line already/],
    [
      '1 md5 hidden\nauth 1\n',
      /^authkeys:2:6: error: auth 1 must stand above the key that it selects: move it above line 1/,
    ],
    [
      'auth 2\n1 md5 hidden\n',
      /^authkeys:1:6: error: auth 2: there is no good key 2: write "auth 1", or "2 sha1 SECRET" below$/,
    ],
    ['auth 1\n1 md5 hid\ufffdden\n', /^authkeys:2:7: error: this key is not UTF-8 text/],
  ] as const) {
    const verdict = load({ authkeys });
    const lines = said(verdict);
    st.ok(
      lines.some((line) => expected.test(line)),
      `${JSON.stringify(authkeys)}: ${lines.join(' | ')}`,
    );
    st.equal(verdict.config, undefined);
    st.notMatch(lines.join('\n'), /hidden|hid.den/, 'no message shows what may be a key');
  }
  st.match(said(load({ authkeys: 'auth 1\n1 md5 key # mine\n' })), [
    /^authkeys:2:11: warning: the rest of the line is ignored/,
  ]);
  st.match(said(load({ authkeys: 'authority 1\n1 md5 key\n' })), [
    /^authkeys:1:1: warning: "authority" is read as "auth"/,
  ]);
});

t.test('authkeys: nobody else may read it', async (st) => {
  for (const mode of [0o600, 0o400, 0o700, 0o622]) {
    st.same(said(load({}, { modes: { '/etc/ha.d/authkeys': mode } })), []);
  }
  for (const mode of [0o640, 0o604, 0o644]) {
    const verdict = load({}, { modes: { '/etc/ha.d/authkeys': mode } });
    st.same(said(verdict), [
      `authkeys: error: others than its owner may read the keys (mode ${mode.toString(8)}): "chmod 600 /etc/ha.d/authkeys"`,
    ]);
    st.equal(verdict.config, undefined);
  }
});

t.test('the good files of these tests are good', async (st) => {
  st.same(said(load({ cf: GOOD_CF, authkeys: GOOD_KEYS, haresources: GOOD_RESOURCES })), []);
});
