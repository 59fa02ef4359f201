import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import t, { type Test } from 'tap';
import { hostArchitecture, targetFor } from '../../scripts/build/target.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { withoutSystemRoot } from '../../scripts/laboratory/system-root.ts';
import { makeArchive } from '../../scripts/package/archive.ts';
import { makeDeb } from '../../scripts/package/deb.ts';
import { skipUnless } from './support/needs.ts';
import { System } from './support/system.ts';

enterLaboratory();
t.setTimeout(300_000);

const target = targetFor(hostArchitecture());

t.before(() => execFileSync(process.execPath, ['scripts/manual.ts'], { stdio: 'ignore' }));

/** A package of the kind, in this folder. */
function made(folder: string, kind: typeof makeDeb): Promise<string> {
  mkdirSync(folder);
  return kind({ target, into: folder, scratch: join(folder, 'scratch'), epoch: 1_700_000_000, quick: true });
}

function hash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** As the real one's: an init script that belongs to its operator, and stays when the package goes. */
function heartbeatPackage(t: Test): string {
  const root = join(t.testdir(), 'heartbeat');
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  mkdirSync(join(root, 'etc/init.d'), { recursive: true });
  writeFileSync(join(root, 'etc/init.d/heartbeat'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  writeFileSync(join(root, 'DEBIAN/conffiles'), '/etc/init.d/heartbeat\n');
  const control = [
    'Package: heartbeat',
    'Version: 1:3.0.6-13',
    'Architecture: all',
    'Maintainer: x <x@localhost>',
  ];
  writeFileSync(join(root, 'DEBIAN/control'), `${[...control, 'Description: x', ''].join('\n')}`);
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', root, `${root}.deb`], { stdio: 'ignore' });
  return `${root}.deb`;
}

const folder = mkdtempSync(join(tmpdir(), 'twinbeat-package-'));
t.after(() => rmSync(folder, { recursive: true }));
let deb = '';

t.test('the same sources give the same package', async (t) => {
  deb = await made(join(folder, 'first'), makeDeb);
  t.equal(hash(await made(join(folder, 'second'), makeDeb)), hash(deb));
});

t.test('the archive is put in place by the script inside', async (t) => {
  const archive = await made(join(folder, 'archive'), makeArchive);
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  const image = join(folder, 'image');
  execFileSync(join(folder, basename(archive, '.tar.gz'), 'scripts/install'), ['--destdir', image]);
  for (const file of ['usr/sbin/twinbeat', 'etc/init.d/heartbeat', 'usr/share/man/man8/twinbeat.8'])
    t.ok(existsSync(join(image, file)), file);
});

t.test(
  'a Debian box: installed, started, upgraded, removed, purged',
  { skip: skipUnless(withoutSystemRoot()) },
  async (t) => {
    const system = await System.boot(t);
    const path = `/root/${basename(deb)}`;
    await system.bring(deb, path);
    await system.bring(heartbeatPackage(t), '/root/heartbeat.deb');
    await system.must('dpkg', '-i', '/root/heartbeat.deb');
    // Without an init system maintainer scripts start nothing unless they may.
    await system.must('sh', '-c', 'echo "#!/bin/sh" >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d');

    const installed = await system.must('dpkg', '-i', path);
    t.match(installed, /considering removing heartbeat in favour of twinbeat/, 'there is no room for both');
    t.match(installed, /twinbeat: nothing is configured yet/);
    t.equal(await system.agent(), null, 'no node runs without a configuration');
    t.match(await system.must('cat', '/etc/init.d/heartbeat'), 'Twinbeat', 'its init script made room');
    const ids = await system.must('getent', 'passwd', 'hacluster');
    t.match(ids, /^hacluster:x:\d+:\d+:.*:\/usr\/lib\/heartbeat:\/bin\/false\n$/);
    t.match(await system.must('id', 'hacluster'), /gid=\d+\(haclient\)/);
    t.equal((await system.must('stat', '-c', '%a %G', '/var/lib/heartbeat')).trim(), '750 haclient');
    t.ok(await system.has('/etc/rc2.d'), 'there are runlevels');
    t.match(await system.must('ls', '/etc/rc2.d'), /^S\d\dheartbeat$/m, 'it is started at boot');
    t.match(await system.must('ls', '/etc/systemd/system/multi-user.target.wants'), 'twinbeat.service');
    for (const file of ['/usr/share/man/man8/twinbeat.8', '/etc/logrotate.d/twinbeat', '/usr/bin/cl_status'])
      t.ok(await system.has(file), file);

    await system.configure();
    await system.must('service', 'heartbeat', 'start');
    const first = await system.agent();
    t.ok(first, 'it runs');
    await system.must('dpkg', '-i', path);
    const second = await system.agent();
    t.ok(second && second !== first, 'the new one runs after an upgrade');
    await system.must('service', 'heartbeat', 'stop');
    await system.must('dpkg', '-i', path);
    t.equal(await system.agent(), null, 'one that was stopped stays stopped');
    await system.must('service', 'heartbeat', 'start');
    const last = await system.agent();

    await system.must('dpkg', '-r', 'twinbeat');
    t.equal((await system.run('test', '-d', `/proc/${last}`)).code, 1, 'it ended in time');
    t.notOk(await system.has('/usr/sbin/twinbeat'));
    t.notMatch(await system.must('ls', '/etc/rc2.d'), 'heartbeat');
    t.ok(await system.has('/var/lib/heartbeat/hb_generation'), 'what it remembers stays');
    t.match(await system.must('cat', '/var/log/ha-log'), 'Heartbeat shutdown complete');

    await system.must('dpkg', '-P', 'twinbeat');
    for (const gone of [
      '/var/lib/heartbeat',
      '/var/log/ha-log',
      '/etc/init.d/heartbeat',
      '/etc/logrotate.d/twinbeat',
    ])
      t.notOk(await system.has(gone), gone);
    t.ok(await system.has('/etc/ha.d/ha.cf'), "the operator's files are the operator's");
  },
);
