import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import t, { type Test } from 'tap';
import type { ResourceConfig } from '../../firmware-agent/config/config.ts';
import { systemProbe } from '../../firmware-agent/config/probe.ts';
import { parseResource } from '../../firmware-agent/config/resource-word.ts';
import { Problem } from '../../firmware-agent/config/values.ts';
import { managerOf, onOwnBox } from './support/own-box.ts';

const areInstalled = ['/etc/ha.d/resource.d/IPaddr2', '/usr/lib/ocf/resource.d/heartbeat/Dummy'].every(
  existsSync,
);

function setUp(t: Test, resources: readonly ResourceConfig[]) {
  const lines: string[] = [];
  const more = {
    limits: { stopRetries: 0 },
    log: (level: string, text: string) => lines.push(`${level}: ${text}`),
  };
  const first = managerOf(t, resources, more);
  /** Another agent on this box, started after the first one died. */
  const heir = managerOf(t, resources, more);
  return { ...first, lines, heir };
}

/** What the built-in addresses would do by themselves otherwise. */
function script(name: string, ...args: string[]): ResourceConfig {
  return { kind: 'script', text: [name, ...args].join('::'), script: name, args };
}

function word(text: string): ResourceConfig {
  const parsed = parseResource(text, { directory: '/etc/ha.d', probe: systemProbe([]) });
  if (parsed instanceof Problem) throw new Error(parsed.text);
  return parsed.resource;
}

function shows(...words: string[]): string {
  return execFileSync(words[0] ?? '', words.slice(1), { encoding: 'utf8' });
}

async function scripts(t: Test): Promise<void> {
  const { lines, heir, did } = setUp(t, [
    script('IPaddr2', '10.9.0.100/24/x0'),
    script('IPaddr', '10.9.0.101/24/x0'),
    script('SendArp', '10.9.0.100/x0'),
    word('IPsrcaddr::10.9.0.100'),
    word('Filesystem::tmpfs::/run/disk::tmpfs'),
    word('AudibleAlarm::nodea'),
  ]);
  t.equal((await did('acquire')).ok, true, lines.join('\n'));
  t.match(shows('ip', 'address', 'show', 'dev', 'x0'), /10\.9\.0\.100\/24.*10\.9\.0\.101\/24/s);
  t.match(shows('ip', 'route'), 'src 10.9.0.100');
  t.match(shows('mount'), 'tmpfs on /run/disk');

  const started = lines.length;
  t.equal((await heir.did('acquire')).ok, true);
  t.same(
    // SendArp runs for as long as it has packets to send.
    lines.slice(started).filter((line) => / start$/.test(line) && !line.includes('/SendArp ')),
    [],
    'what runs is known to run, and is not started again',
  );
  t.equal((await heir.did('release')).ok, true, lines.join('\n'));
  t.notMatch(shows('ip', 'address', 'show', 'dev', 'x0'), /10\.9\.0\.10[01]/);
  t.notMatch(shows('mount'), '/run/disk');
}

async function agents(t: Test): Promise<void> {
  const { lines, heir, did } = setUp(t, [
    word('OCF::heartbeat:Dummy'),
    word('OCF::IPaddr2::ip=10.9.0.102::cidr_netmask=24::nic=x0'),
    word('OCF::anything::binfile=/bin/sleep::cmdline_options=1000'),
    word('OCF::symlink::link=/run/web::target=/etc/hostname'),
  ]);
  t.equal((await did('acquire')).ok, true, lines.join('\n'));
  t.match(shows('ip', 'address', 'show', 'dev', 'x0'), '10.9.0.102/24');
  t.ok(existsSync('/run/resource-agents/Dummy-Dummy.state'), 'the place for notes was made');
  const started = lines.length;
  t.equal((await heir.did('acquire')).ok, true);
  t.same(
    lines.slice(started).filter((line) => / start$/.test(line)),
    [],
  );
  t.equal((await heir.did('release')).ok, true, lines.join('\n'));
  t.notMatch(shows('ip', 'address', 'show', 'dev', 'x0'), '10.9.0.102');
  t.notOk(existsSync('/run/web'));
}

async function lacking(t: Test): Promise<void> {
  const { manager, did } = setUp(t, [word('OCF::symlink::link=/run/web')]);
  t.equal((await did('acquire')).ok, false);
  t.match(manager.report()[0]?.resources[0]?.detail, /^Return code 6 from .*symlink \(.*target/);
}

/** A fresh box: nothing in /run, and a kernel that has every module already. */
const freshBox = [
  'ip address add 10.9.0.1/24 dev x0',
  'ip route add default via 10.9.0.254',
  'mount --make-rprivate /',
  'mount -t tmpfs run /run',
  'mount -t tmpfs local /usr/local/sbin',
  'ln -s /bin/true /usr/local/sbin/modprobe',
  'mkdir /run/disk',
];

onOwnBox(
  import.meta.url,
  freshBox,
  () => {
    // First: scripts make a missing /run/resource-agents by themselves.
    t.test('OCF agents of the package', agents);
    t.test('resource.d scripts of the packages run unchanged', scripts);
    t.test('what a script lacks is the reason that is told', lacking);
  },
  areInstalled ? null : 'the packages heartbeat and resource-agents are not installed',
);
