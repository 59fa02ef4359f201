import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Verdict } from '../../firmware-agent/config/config.ts';
import { loadConfig } from '../../firmware-agent/config/load.ts';
import { systemProbe } from '../../firmware-agent/config/probe.ts';
import { fakeProbe, said, valid } from './support/fake-probe.ts';

/** Real configurations, as their authors wrote them. */
const CONFIGS = new URL('../configs/', import.meta.url);

function loadField(folder: string, hostname: string, files: Readonly<Record<string, string>> = {}): Verdict {
  const names = { 'ha.cf': 'ha.cf', authkeys: 'authkeys', haresources: 'haresources', ...files };
  const texts = Object.entries(names).map(([name, source]) => [
    `/etc/ha.d/${name}`,
    readFileSync(new URL(`${folder}/${source}`, CONFIGS), 'utf8'),
  ]);
  const probe = fakeProbe({
    hostname,
    files: Object.fromEntries(texts),
    directories: ['/var/log'],
    interfaces: ['eth0', 'eth1'],
  });
  return loadConfig({ directory: '/etc/ha.d', probe });
}

t.test('nodea-nodeb: valid on both, whatever the order of the directives', async (st) => {
  for (const [self, peer] of [
    ['nodea', 'nodeb'],
    ['nodeb', 'nodea'],
  ] as const) {
    const verdict = loadField('nodea-nodeb', self);
    st.match(valid(verdict), {
      self,
      peer,
      hopFudge: 1,
      deadping: 30_000,
      watchdog: '/dev/watchdog',
      initdead: 120_000,
    });
    st.match(said(verdict), [
      /^ha.cf:10:10: warning: watchdog: there is no \/dev\/watchdog now/,
      /^authkeys:2:1: warning: crc is no authentication at all/,
      /^haresources:1:30: warning: there is no script .*httpd/,
    ]);
    st.equal(verdict.diagnostics.length, 3);
  }
});

t.test('centos-pair: valid on both, the alias label is honoured', async (st) => {
  for (const self of ['centos1', 'centos2']) {
    const verdict = loadField('centos-pair', self);
    const config = valid(verdict);
    st.match(config.groups[0]?.resources[0], {
      address: '192.168.22.2',
      prefix: 24,
      device: 'eth0',
      label: 'eth0:0',
    });
    st.ok(config.initdead >= 2 * config.deadtime);
    st.match(said(verdict), [
      /^ha.cf:14:19: info: respawn: ipfail is built in/,
      /^haresources:1:32: warning: there is no script .*nginx/,
    ]);
    st.equal(verdict.diagnostics.length, 2);
  }
});

t.test('centos-pair without its auth line', async (st) => {
  const verdict = loadField('centos-pair', 'centos1', { authkeys: 'authkeys.missing-auth' });
  st.equal(verdict.config, undefined);
  st.ok(
    said(verdict).includes(
      'authkeys:1:1: error: no auth directive says which key signs: write "auth 3" above this line',
    ),
  );
});

t.test('web-pair: names that do not fit, an address without prefix', async (st) => {
  const verdict = loadField('web-pair', 'web1');
  st.equal(verdict.config, undefined);
  st.match(said(verdict), [
    /^ha.cf:11:6: error: this machine is called web1 .* only master and slave are/,
    /^ha.cf:14:19: info: respawn: ipfail is built in/,
    /^haresources:1:1: error: web1 is not a node of ha.cf/,
    /^haresources:1:6: warning: 192.168.122.100\/eth0 has no prefix length: taken as that of the network that eth0 has/,
    /^haresources:1:27: warning: /,
  ]);
});

t.test('dual-primary: valid on both, though their haresources differ', async (st) => {
  for (const self of ['master1', 'master2']) {
    const config = valid(loadField('dual-primary', self, { haresources: `haresources.${self}` }));
    st.match(config.groups, [{ node: 'master1' }, { node: 'master2' }]);
    st.equal(config.groups.find(({ node }) => node === self)?.resources.length, 2);
  }
  const drbd = valid(loadField('dual-primary', 'master1', { haresources: 'haresources.drbd' }));
  st.match(drbd.groups[0]?.resources[2], {
    script: 'Filesystem',
    args: ['/dev/drbd0', '/data', 'ext3'],
  });
});

t.test('crm-nginx: valid, crc warned about, cibmon named as built in', async (st) => {
  for (const self of ['node1', 'node2']) {
    const verdict = loadField('crm-nginx', self);
    st.match(valid(verdict).media, [
      { kind: 'bcast', device: 'eth0', name: 'eth0' },
      { kind: 'ucast', address: '192.168.1.2', name: 'eth0/ucast' },
    ]);
    const lines = said(verdict);
    for (const expected of [
      /^ha.cf:4:5: warning: .*services are to be monitored/,
      /^ha.cf:18:19: warning: respawn: cibmon is not started: watching services is built into/,
      /^authkeys:2:1: warning: crc is no authentication at all/,
    ]) {
      st.ok(
        lines.some((line) => expected.test(line)),
        String(expected),
      );
    }
    st.notOk(lines.some((line) => line.includes('redhat6.4_3')));
  }
});

t.test('a directory on this machine', async (st) => {
  const directory = mkdtempSync(join(tmpdir(), `twinbeat-config-${process.pid}-`));
  st.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const load = (): Verdict => loadConfig({ directory, node: 'centos1', probe: systemProbe(['/dev/ttyS5']) });

  const empty = load();
  st.equal(empty.config, undefined);
  st.match(said(empty), [
    `ha.cf: error: there is no ${directory}/ha.cf: write it with at least`,
    `authkeys: error: there is no ${directory}/authkeys: write it with the two lines "auth 1"`,
    `haresources: error: there is no ${directory}/haresources: write it`,
  ]);

  cpSync(new URL('centos-pair', CONFIGS), directory, { recursive: true });
  chmodSync(join(directory, 'authkeys'), 0o644);
  st.match(
    load().diagnostics.filter(({ severity }) => severity === 'error'),
    [{ file: 'authkeys', text: `"chmod 600 ${directory}/authkeys"` }],
  );
  chmodSync(join(directory, 'authkeys'), 0o600);
  st.ok(load().config);

  writeFileSync(
    join(directory, 'ha.cf'),
    'node centos1 centos2\nauto_failback on\nserial /dev/null\nbcast lo\nserial /dev/twinbeat-none\n',
  );
  const { diagnostics } = load();
  st.match(
    diagnostics.filter(({ file }) => file === 'ha.cf'),
    [{ severity: 'error', line: 5, column: 8, text: 'the ports found are /dev/ttyS5' }],
    'a character device and the loopback are known',
  );

  rmSync(join(directory, 'haresources'));
  st.ok(said(load()).some((line) => line.startsWith('haresources: error: ')));
});

t.test('a file that is there and cannot be read is an error of its own', async (st) => {
  const directory = mkdtempSync(join(tmpdir(), `twinbeat-config-${process.pid}-`));
  st.teardown(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(new URL('centos-pair', CONFIGS), directory, { recursive: true });
  chmodSync(join(directory, 'authkeys'), 0o600);
  rmSync(join(directory, 'haresources'));
  cpSync(new URL('centos-pair', CONFIGS), join(directory, 'haresources'), { recursive: true });
  const verdict = loadConfig({ directory, node: 'centos1', probe: systemProbe([]) });
  st.ok(
    said(verdict).includes(
      `haresources: error: ${directory}/haresources is a directory: a file of that name is needed`,
    ),
  );
  st.equal(verdict.config, undefined);
});
