import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { executablePath } from '../../scripts/build/executable.ts';
import { runtimeVersion } from '../../scripts/build/runtime.ts';
import { architectures, DEBIAN_NAMES, hostArchitecture, targetFor } from '../../scripts/build/target.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { withoutSystemRoot } from '../../scripts/laboratory/system-root.ts';
import { makeArchive } from '../../scripts/package/archive.ts';
import { makeDeb } from '../../scripts/package/deb.ts';
import { skipUnless } from './support/needs.ts';
import { System } from './support/system.ts';

enterLaboratory();
t.setTimeout(300_000);

const target = targetFor(hostArchitecture());
const foreign = architectures.map(targetFor).filter(({ native }) => !native);
const withoutForeign = foreign.every((each) => existsSync(executablePath(each)))
  ? null
  : "the other processor's executable is not in dist: `npm run build` makes it";

t.before(() => execFileSync(process.execPath, ['scripts/manual.ts'], { stdio: 'ignore' }));

/** A package of the kind, in this folder. */
function made(folder: string, kind: typeof makeDeb, made = target): Promise<string> {
  mkdirSync(folder);
  const scratch = join(folder, 'scratch');
  return kind({ target: made, into: folder, scratch, epoch: 1_700_000_000, quick: true });
}

/** What dpkg-deb tells of a package. */
function told(...words: string[]): string {
  return execFileSync('dpkg-deb', words, { encoding: 'utf8' });
}

/** The names of what is in a package, each with who may do what with it and where a link leads. */
function listed(path: string): string[] {
  return told('--contents', path)
    .split('\n')
    .map((line) => line.replace(/^(\S+ \S+) +\d+ \S+ \S+ /, '$1 '));
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

t.test('the package keeps to the customs', (t) => {
  t.match(told('--field', deb, 'Maintainer'), /^[^<]+ <\S+@\S+\.\S+>\n$/);
  const lines = listed(deb);
  const absolute = lines.filter((line) => / -> \//.test(line));
  t.strictSame(absolute, [], 'links lead to the right file in whatever root');
  const manuals = lines.filter((line) => /\/man\d\/./.test(line));
  t.ok(manuals.length > 4 && manuals.every((line) => line.endsWith('.gz')), 'manual pages are packed');
  const file = (path: string) =>
    execFileSync('sh', ['-c', `dpkg-deb --fsys-tarfile "$1" | tar -xO "./$2"`, 'sh', deb, path]);
  const changelog = gunzipSync(file('usr/share/doc/twinbeat/changelog.gz')).toString().split('\n');
  t.match(changelog[0], /^twinbeat \(\d+\.\d+\.\d+\) unstable; urgency=medium$/);
  t.match(changelog.at(-2), /^ -- .+ <\S+> {2}Tue, 14 Nov 2023 22:13:20 \+0000$/);
  t.ok(changelog.slice(0, -2).every((line) => line.length <= 80));
  const copyright = file('usr/share/doc/twinbeat/copyright').toString();
  for (const part of ['The Twinbeat authors', `Node.js ${runtimeVersion()}: MIT`, 'raw-socket', 'serialport'])
    t.ok(copyright.includes(part), part);
  t.end();
});

t.test('the other processor has the same packages', { skip: skipUnless(withoutForeign) }, async (t) => {
  for (const each of foreign) {
    const other = await made(join(folder, each.architecture), makeDeb, each);
    t.equal(told('--field', other, 'Architecture'), `${DEBIAN_NAMES[each.architecture]}\n`);
    t.strictSame(listed(other), listed(deb));
    const archive = await made(join(folder, `archive-${each.architecture}`), makeArchive, each);
    t.match(basename(archive), new RegExp(`-linux-${each.architecture}\\.tar\\.gz$`));
    const names = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' });
    t.match(names, `/dist/twinbeat-linux-${each.architecture}.sha256\n`);
    t.match(names, `/dist/twinbeat-linux-${each.architecture}.licenses.txt\n`);
  }
});

t.test('the archive is put in place by the script inside', async (t) => {
  const archive = await made(join(folder, 'archive'), makeArchive);
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  const inside = join(folder, basename(archive, '.tar.gz'), 'dist');
  execFileSync('sha256sum', ['--quiet', '-c', `${basename(executablePath(target))}.sha256`], { cwd: inside });
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
    for (const file of [
      '/usr/share/man/man8/twinbeat.8.gz',
      '/etc/logrotate.d/twinbeat',
      '/usr/bin/cl_status',
    ])
      t.ok(await system.has(file), file);

    t.equal(await system.must('dpkg', '--verify', 'twinbeat'), '', 'every file is as it was packed');

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
