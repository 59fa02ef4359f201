import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { skipUnless } from '../appliance/support/needs.ts';
import { until } from './support/children.ts';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));
const init = (name: string) => join(scripts, 'init', name);

function directory(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'twinbeat-init-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function lacks(program: string, ...packages: string[]): string | null {
  const found = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  return found ? null : `${program} is not here: \`apt-get install ${packages.join(' ') || program}\``;
}

/** An image that boots with what these files belong to, and Twinbeat in it. */
function image(t: Test, files: readonly string[], ...words: string[]) {
  const root = directory(t);
  const destdir = join(root, 'image');
  for (const file of files) {
    mkdirSync(dirname(join(destdir, file)), { recursive: true });
    writeFileSync(join(destdir, file), file.endsWith('inittab') ? 'tty1::respawn:/sbin/getty\n' : '', {
      mode: 0o755,
    });
  }
  writeFileSync(join(root, 'built'), '');
  const install = (...more: string[]) =>
    spawnSync(join(scripts, 'install'), ['--destdir', destdir, ...more], { encoding: 'utf8' });
  const { status, stderr } = install('--executable', join(root, 'built'), ...words);
  const at = (path: string) => join(destdir, path);
  const starts = () => readFileSync(at('etc/init.d/heartbeat'), 'utf8').split('\n')[0];
  return { status, stderr, at, starts, install };
}

t.test('an image gets what its init wants', async (t) => {
  t.equal(image(t, []).starts(), '#!/bin/sh');
  t.equal(image(t, ['sbin/openrc-run']).starts(), '#!/sbin/openrc-run');
  t.equal(image(t, ['sbin/procd']).starts(), '#!/bin/sh /etc/rc.common');
  const systemd = image(t, ['usr/lib/systemd/systemd']);
  t.match(readFileSync(systemd.at('usr/lib/systemd/system/twinbeat.service'), 'utf8'), 'Type=notify');
  t.equal(readlinkSync(systemd.at('usr/lib/systemd/system/heartbeat.service')), 'twinbeat.service');
  t.equal(systemd.starts(), '#!/bin/sh', 'for those who call it by its path');
  t.equal(systemd.install('--uninstall').status, 0);
  t.notOk(existsSync(systemd.at('usr/lib/systemd/system/heartbeat.service')));
});

t.test('what is wanted can be told', async (t) => {
  const both = image(t, [], '--init', 'systemd,openrc');
  t.equal(both.starts(), '#!/sbin/openrc-run');
  t.ok(existsSync(both.at('usr/lib/systemd/system/twinbeat.service')));
  t.notOk(existsSync(image(t, [], '--init', 'none').at('etc/init.d/heartbeat')));
  t.match(image(t, [], '--init', 'upstart'), { status: 2, stderr: /--init knows no upstart/ });
});

t.test("the lines in BusyBox's inittab come once, and go", async (t) => {
  const box = image(t, ['etc/inittab']);
  const lines = () => readFileSync(box.at('etc/inittab'), 'utf8').trim().split('\n');
  t.ok(existsSync(box.at('usr/lib/twinbeat/respawn')));
  t.notOk(existsSync(box.at('etc/init.d/heartbeat')));
  const first = lines();
  for (const line of first) t.match(line, /^(tty1)?::(respawn|shutdown):\/\S+/, "it is BusyBox's grammar");
  t.equal(first.length, 3);
  box.install('--executable', box.at('usr/sbin/twinbeat'));
  t.same(lines(), first);
  t.equal(box.install('--uninstall').status, 0);
  t.same(lines(), ['tty1::respawn:/sbin/getty']);
});

t.test(
  'systemd finds no fault in its unit',
  { skip: skipUnless(lacks('systemd-analyze', 'systemd')) },
  async (t) => {
    const folder = directory(t);
    const unit = readFileSync(init('twinbeat.service'), 'utf8');
    // The programs that it names are not on this machine.
    writeFileSync(
      join(folder, 'twinbeat.service'),
      unit.replaceAll('/usr/lib/twinbeat/heartbeat', '/bin/true'),
    );
    const { status, stderr } = spawnSync(
      'systemd-analyze',
      ['verify', '--man=no', join(folder, 'twinbeat.service')],
      {
        encoding: 'utf8',
      },
    );
    t.strictSame({ status, stderr }, { status: 0, stderr: '' });
    const settings = unit.split('\n').filter((line) => /^\w+=/.test(line));
    t.notOk(
      settings.some((line) => line.includes('network-online')),
      'it waits for no network',
    );
    t.ok(settings.includes('After=network-pre.target syslog.socket'));
    t.ok(settings.includes('ConditionPathExists=/etc/ha.d/ha.cf'));
  },
);

/** A daemon that writes down how it was started and stays, or ends as the file `ends` says. */
const DAEMON = `#!/bin/sh
folder=\${0%/*}
echo "$*" >>"$folder/starts"
trap 'echo stopped >>"$folder/starts"; exit 0' TERM
if [ -e "$folder/ends" ]; then
  code=$(cat "$folder/ends")
  echo "ends with $code" >>"$folder/starts"
  exit "$code"
fi
while :; do sleep 0.1; done
`;

function daemon(t: Test) {
  const folder = directory(t);
  mkdirSync(join(folder, 'ha.d'));
  writeFileSync(join(folder, 'ha.d/ha.cf'), '');
  writeFileSync(join(folder, 'heartbeat'), DAEMON, { mode: 0o755 });
  writeFileSync(join(folder, 'defaults'), `HA_DIR=${folder}/ha.d\nDAEMON=${folder}/heartbeat\n`);
  const starts = () =>
    existsSync(join(folder, 'starts')) ? readFileSync(join(folder, 'starts'), 'utf8').trim().split('\n') : [];
  return { folder, starts };
}

const shells = ['dash', 'busybox'].map((shell) => ({
  shell,
  skip: skipUnless(lacks(shell)),
  program: shell === 'busybox' ? ['busybox', 'sh'] : [shell],
}));

function wrapper(t: Test, [file = '', ...words]: readonly string[], folder: string): ChildProcess {
  const child = spawn(file, [...words, init('respawn')], {
    env: { PATH: process.env.PATH ?? '', TWINBEAT_DEFAULTS: join(folder, 'defaults') },
    stdio: 'ignore',
    detached: true,
  });
  // With all that it started.
  t.teardown(() => {
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
  });
  return child;
}

for (const { shell, skip, program } of shells) {
  t.test(`the wrapper for inittab in ${shell}`, { skip }, async (t) => {
    const broken = daemon(t);
    writeFileSync(join(broken.folder, 'ends'), '1');
    wrapper(t, program, broken.folder);
    const ends = (code: number) => broken.starts().filter((line) => line === `ends with ${code}`).length;
    t.ok(await until(() => ends(1) >= 3), 'what crashed is started again');
    writeFileSync(join(broken.folder, 'ends'), '0');
    t.ok(await until(() => ends(0) === 1));
    const stopped = broken.starts().length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    t.equal(broken.starts().length, stopped, 'what was stopped is left alone');

    const well = daemon(t);
    const child = wrapper(t, program, well.folder);
    t.ok(await until(() => well.starts().length === 1));
    t.same(well.starts(), ['-f']);
    child.kill('SIGTERM');
    t.ok(await until(() => child.exitCode === 0), 'it ends');
    t.same(well.starts(), ['-f', 'stopped'], 'after the daemon, which had its time');

    const none = daemon(t);
    rmSync(join(none.folder, 'ha.d/ha.cf'));
    wrapper(t, program, none.folder);
    await new Promise((resolve) => setTimeout(resolve, 500));
    t.same(none.starts(), [], 'without a configuration nothing is run');
  });

  t.test(`every script is understood by ${shell}`, { skip }, async (t) => {
    for (const script of [
      init('heartbeat'),
      init('respawn'),
      init('openrc'),
      init('procd'),
      join(scripts, 'install'),
    ]) {
      const [file = '', ...words] = program;
      const { status, stderr } = spawnSync(file, [...words, '-n', script], { encoding: 'utf8' });
      t.strictSame({ status, stderr }, { status: 0, stderr: '' }, script);
    }
  });
}

t.test('procd is told what to watch', { skip: skipUnless(lacks('busybox')) }, async (t) => {
  const folder = directory(t);
  mkdirSync(join(folder, 'ha.d'));
  // What OpenWrt's rc.common offers such a script.
  const common =
    'for name in open_instance set_param close_instance; do eval "procd_$name() { echo $name \\$*; }"; done';
  const source = `${common}; . '${init('procd')}'; HA_DIR='${folder}/ha.d'; start_service`;
  const said = () =>
    spawnSync('busybox', ['sh', '-c', source], { encoding: 'utf8' }).stdout.trim().split('\n');
  t.same(said(), [''], 'without a configuration nothing is run');
  writeFileSync(join(folder, 'ha.d/ha.cf'), '');
  const lines = said();
  t.equal(lines[0], 'open_instance');
  t.ok(lines.includes('set_param command /usr/lib/twinbeat/heartbeat -f'));
  t.ok(lines.includes('set_param respawn 3600 5 0'));
  t.equal(lines.at(-1), 'close_instance');
});
