import t from 'tap';
import type { FenceDevice } from '../../firmware-agent/config/config.ts';
import { GOOD_CF, load, type Machine, said, valid } from './support/fake-probe.ts';

const IPMI: FenceDevice = { kind: 'agent', program: 'fence_ipmilan', options: ['ip=10.0.0.9'] };

function fencing(twinbeat: string, cf = GOOD_CF): readonly FenceDevice[] {
  return valid(load({ cf, twinbeat })).fencing;
}

t.test('without a line nobody is fenced', async (st) => {
  st.same(valid(load({})).fencing, []);
});

t.test('what is written arrives in its order, those of ha.cf first', async (st) => {
  const twinbeat = [
    'fence agent fence_ipmilan ip=10.0.0.9',
    'fence  command  ssh  -p 22, nodeb "power  off"  # twice',
    'fence agent /usr/sbin/ring',
    'fence manual',
  ].join('\n');
  const own = [
    IPMI,
    { kind: 'command', command: 'ssh  -p 22, nodeb "power  off"' },
    { kind: 'agent', program: '/usr/sbin/ring', options: [] },
    { kind: 'manual' },
  ];
  st.same(fencing(twinbeat), own);
  st.same(fencing(twinbeat, `${GOOD_CF}stonith\tbaytech  /etc/ha.d/baytech\n`), [
    { kind: 'stonith', type: 'baytech', file: '/etc/ha.d/baytech' },
    ...own,
  ]);
});

t.test('stonith_host: the parameters as written, for this node or for both', async (st) => {
  const host = (line: string) => fencing('', `${GOOD_CF}stonith_host ${line}\n`);
  st.same(host('* external/ipmi nodeb  10.0.0.3,x  admin\tword  # lan'), [
    { kind: 'stonith', type: 'external/ipmi', parameters: 'nodeb  10.0.0.3,x  admin\tword' },
  ]);
  st.same(host('NODEA baytech'), [{ kind: 'stonith', type: 'baytech', parameters: '' }]);
  st.same(host('nodeb baytech'), []);
});

t.test('of all devices of ha.cf that are for this node the last one counts', async (st) => {
  const cf = `${GOOD_CF}${[
    'stonith_host nodea first a',
    'stonith baytech /etc/ha.d/baytech',
    'stonith_host nodeb other password=word',
    'stonith_host * last a b',
    'stonith_host nodeb other password=word',
  ].join('\n')}\n`;
  const verdict = load({ cf });
  st.same(valid(verdict).fencing, [{ kind: 'stonith', type: 'last', parameters: 'a b' }]);
  st.match(said(verdict), [
    /^ha.cf:4:14: warning: stonith_host: one such device is used, the last, which is that of line 7: delete/,
    /^ha.cf:5:9: warning: stonith: one such device is used, the last, which is that of line 7/,
    /^ha.cf:6:14: info: stonith_host: this line is for nodeb/,
    /^ha.cf:8:14: info: stonith_host: this line is for nodeb/,
  ]);
  st.notMatch(said(verdict).join('\n'), 'word');
});

t.test('a device that cannot work on this machine is an error, and only where it counts', async (st) => {
  const without: Machine = { scripts: [] };
  const cf = `${GOOD_CF}stonith_host nodeb baytech x\n`;
  st.ok(load({ cf }, without).config);
  const own = load({ cf: cf.replace('host nodeb', 'host nodea') }, without);
  st.match(said(own), [
    /^ha.cf:4:14: error: stonith_host: there is no stonith on this machine: install .*cluster-glue/,
  ]);
  st.equal(own.config, undefined);
  st.ok(load({ twinbeat: 'fence agent fence_apc\n' }, { scripts: ['/sbin/fence_apc'] }).config);
  st.notOk(load({ twinbeat: 'fence agent fence_apc\n' }).config);
});

t.test('a device that is fit for tests only is used with a warning', async (st) => {
  const verdict = load({ cf: `${GOOD_CF}stonith_host * null nodeb\n` });
  st.same(valid(verdict).fencing, [{ kind: 'stonith', type: 'null', parameters: 'nodeb' }]);
  st.match(said(verdict), [/^ha.cf:4:14: warning: stonith_host: null resets nothing/]);
});

t.test('what Heartbeat does not run with crm on is not begun here', async (st) => {
  const verdict = load({ cf: `${GOOD_CF}crm on\nstonith_host * baytech x\n` });
  st.same(valid(verdict).fencing, []);
  st.match(said(verdict), [
    /^ha.cf:4:5: warning/,
    /^ha.cf:5:14: warning: stonith_host is not used with crm on/,
    /^haresources: warning/,
  ]);
});

t.test('eight devices are tried, and not nine', async (st) => {
  const lines = Array.from({ length: 9 }, (_, n) => `fence command power-off ${n}\n`);
  st.equal(fencing(lines.slice(0, 8).join('')).length, 8);
  const verdict = load({ twinbeat: lines.join('') });
  st.match(said(verdict), [/^twinbeat.cf:9:7: error: fence: at most 8 devices are tried: put several/]);
});

t.test('a password in a file that others may read', async (st) => {
  const twinbeat =
    'fence agent fence_ipmilan ip=10.0.0.9 password=hidden\nfence command off --passwd=hidden\n';
  const cf = `${GOOD_CF}stonith_host * external/x ipmi_passwd=hidden\n`;
  const modes = { '/etc/ha.d/ha.cf': 0o644, '/etc/ha.d/twinbeat.cf': 0o640 };
  st.same(said(load({ cf, twinbeat }, { modes })), [
    'ha.cf:4:27: warning: others than its owner may read the password in this file (mode 644): "chmod 600 /etc/ha.d/ha.cf"',
    'twinbeat.cf:1:39: warning: others than its owner may read the password in this file (mode 640): ' +
      '"chmod 600 /etc/ha.d/twinbeat.cf"',
  ]);
  st.same(said(load({ cf, twinbeat })), [], 'mode 600');
  for (const word of ['snmp_community', 'api-token', 'passphrase'])
    st.match(said(load({ twinbeat: `fence agent fence_ipmilan ${word}=hidden\n` }, { modes })), [
      /password in this/,
    ]);
  const harmless = 'fence agent fence_ipmilan ip=10.0.0.9 passwd_script=/root/word\n';
  st.same(said(load({ twinbeat: harmless }, { modes })), []);
});

t.test('no message shows what may be a password', async (st) => {
  for (const line of [
    'fence agent fence_ipmilan password hidden',
    'fence agent fence_ipmilan password= hidden',
    'fence agent fence_ipmilan password="hidden"',
    'fence agent fence_apc password=hidden',
    'fence agent fence_ipmilan password=hidden\nfence agent fence_ipmilan password=hidden',
    'fence manual\nfence agent fence_ipmilan password=hidden',
  ]) {
    const lines = said(load({ twinbeat: `${line}\n` }));
    st.equal(lines.length, 1, line);
    st.notMatch(lines.join('\n'), 'hidden');
  }
});

t.test('without the look both shoot at once', async (st) => {
  const twinbeat = 'look-before-take off\nfence agent fence_ipmilan ip=10.0.0.9\n';
  st.match(said(load({ twinbeat })), [
    /^twinbeat.cf:2:7: warning: fence: with look-before-take off \(line 1\)/,
  ]);
});
