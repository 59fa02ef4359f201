import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));
const shells = ['sh', 'bash', 'busybox'].filter(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
);

function directory(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'twinbeat-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function install(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(join(scripts, 'install'), words, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

t.test('everything is put in its place, and taken away again', async (t) => {
  const root = directory(t);
  const executable = join(root, 'built');
  writeFileSync(executable, 'the first');
  const destdir = join(root, 'image');
  const at = (path: string) => join(destdir, path);
  t.equal(install('--destdir', destdir, '--executable', executable).status, 0);
  t.equal(readFileSync(at('usr/sbin/twinbeat'), 'utf8'), 'the first');
  t.equal(lstatSync(at('usr/sbin/twinbeat')).mode & 0o777, 0o755);
  for (const link of ['usr/sbin/heartbeat', 'usr/bin/cl_status', 'usr/share/heartbeat/hb_standby'])
    t.equal(readlinkSync(at(link)), '/usr/sbin/twinbeat', link);
  t.ok(lstatSync(at('etc/init.d/heartbeat')).mode & 0o100);

  // A newer one takes its place; what an operator wrote stays.
  writeFileSync(at('etc/ha.d/ha.cf'), 'node a b\n');
  writeFileSync(executable, 'the second');
  t.equal(install('--destdir', destdir, '--executable', executable).status, 0);
  t.equal(readFileSync(at('usr/sbin/twinbeat'), 'utf8'), 'the second');
  t.equal(install('--uninstall', '--destdir', destdir).status, 0);
  t.notOk(existsSync(at('usr/sbin/twinbeat')));
  t.notOk(existsSync(at('usr/sbin/heartbeat')));
  t.notOk(existsSync(at('etc/init.d/heartbeat')));
  t.equal(readFileSync(at('etc/ha.d/ha.cf'), 'utf8'), 'node a b\n');
  const again = install('--uninstall', '--destdir', destdir);
  t.equal(again.status, 1);
  t.match(again.stderr, /nothing is installed here/);
});

t.test('what belongs to somebody else is left alone', async (t) => {
  const root = directory(t);
  const executable = join(root, 'built');
  writeFileSync(executable, '');
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  writeFileSync(join(root, 'usr/bin/cl_status'), 'of a package');
  const { status, stderr } = install('--destdir', root, '--executable', executable);
  t.equal(status, 1);
  t.match(stderr, /cl_status is there already.*remove the package/);
  t.notOk(existsSync(join(root, 'usr/sbin/twinbeat')), 'nothing was begun');
});

t.test('wrong words and a missing executable are told', async (t) => {
  t.match(install('--exectable', 'x'), { status: 2, stderr: /unknown option: --exectable/ });
  t.match(install('--destdir'), { status: 2, stderr: /needs a value/ });
  t.match(install('--executable', '/nowhere', '--destdir', directory(t)), {
    status: 1,
    stderr: /npm run build/,
  });
  t.match(install('--help'), { status: 0, stdout: /--uninstall/ });
});

/** A box whose daemon writes down how it was called, and runs while there is a file `runs`. */
function box(t: Test, shell: string) {
  const root = directory(t);
  mkdirSync(join(root, 'ha.d/resource.d'), { recursive: true });
  const daemon = [
    '#!/bin/sh',
    `echo "$(basename $0) $*" >>${root}/calls`,
    'case "$1" in',
    `-k) rm -f ${root}/runs ;;`,
    `-s) test -e ${root}/runs || { echo "heartbeat is stopped. No process"; exit 3; } ;;`,
    '-r) ;;',
    `check) test ! -e ${root}/broken || exit 6 ;;`,
    `*) test -e ${root}/broken && exit 6; touch ${root}/runs ;;`,
    'esac',
  ];
  for (const name of ['heartbeat', 'hb_standby'])
    writeFileSync(join(root, name), `${daemon.join('\n')}\n`, { mode: 0o755 });
  writeFileSync(join(root, 'defaults'), `HA_DIR=${root}/ha.d\nDAEMON=${root}/heartbeat\n`);
  const program = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
  const action = (...words: string[]): number | null =>
    spawnSync(program[0] ?? '', [...program.slice(1), join(scripts, 'init/heartbeat'), ...words], {
      env: { TWINBEAT_DEFAULTS: join(root, 'defaults') },
    }).status;
  const calls = (): string[] => {
    const file = join(root, 'calls');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(file, { force: true });
    return lines.map((line) => line.trim());
  };
  return { root, action, calls };
}

for (const shell of shells) {
  t.test(`the init script in ${shell}`, async (t) => {
    const { root, action, calls } = box(t, shell);
    t.equal(action('start'), 0, 'not configured: nothing to be done');
    t.same(calls(), []);
    writeFileSync(join(root, 'ha.d/ha.cf'), '');
    t.equal(action('status'), 3, 'stopped');
    t.equal(action('stop'), 0, 'a stop of what is stopped is none');
    t.equal(action('try-restart'), 0);
    calls();
    t.equal(action('start'), 0);
    t.equal(action('status'), 0, 'runs');
    t.equal(action('start'), 0, 'a start of what runs is none');
    t.equal(action('reload'), 0);
    t.equal(action('force-reload'), 0);
    t.equal(action('standby', 'local'), 0);
    t.equal(action('restart'), 0);
    const where = `--config-dir ${root}/ha.d`;
    t.same(calls(), [
      `heartbeat ${where}`,
      `heartbeat -s ${where}`,
      `heartbeat ${where}`,
      `heartbeat -r ${where}`,
      `heartbeat -r ${where}`,
      `heartbeat -s ${where}`,
      `hb_standby ${where} local`,
      `heartbeat check ${where}`,
      `heartbeat -k ${where}`,
      `heartbeat ${where}`,
    ]);
    t.equal(action('stop'), 0);
    t.equal(action('standby'), 1, 'nothing to hand over');
    writeFileSync(join(root, 'broken'), '');
    t.equal(action('start'), 6, "the daemon's own code: not configured rightly");
    rmSync(join(root, 'broken'));
    t.equal(action('start'), 0);
    writeFileSync(join(root, 'broken'), '');
    t.equal(action('restart'), 6);
    t.equal(action('try-restart'), 6);
    t.equal(action('status'), 0, 'a broken file stops nothing');
    t.equal(action('dance'), 2);
    t.equal(action(), 2);
    rmSync(join(root, 'heartbeat'));
    t.equal(action('start'), 5, 'not installed');
  });
}

t.test('directories in OPTIONS go to every action', async (t) => {
  const { root, action, calls } = box(t, 'sh');
  writeFileSync(join(root, 'ha.d/ha.cf'), '');
  const options = 'OPTIONS="-d --run-dir /r --state-dir=/s"\n';
  writeFileSync(join(root, 'defaults'), `HA_DIR=${root}/ha.d\nDAEMON=${root}/heartbeat\n${options}`);
  for (const word of ['start', 'status', 'stop']) action(word);
  const where = `--config-dir ${root}/ha.d`;
  const rest = '--run-dir /r --state-dir=/s';
  t.same(calls(), [
    `heartbeat ${where} -d ${rest}`,
    `heartbeat -s ${where} ${rest}`,
    `heartbeat -k ${where} ${rest}`,
  ]);
});

t.test('the startstop script hears of starts and stops', async (t) => {
  const { root, action } = box(t, 'sh');
  writeFileSync(join(root, 'ha.d/ha.cf'), '');
  const script = `#!/bin/sh\necho "$*" >>${root}/heard\n`;
  writeFileSync(join(root, 'ha.d/resource.d/startstop'), script, { mode: 0o755 });
  action('start');
  action('stop');
  t.equal(readFileSync(join(root, 'heard'), 'utf8'), 'pre-start\npost-start 0\npre-stop\npost-stop 0\n');
});

t.test('the header is what insserv and update-rc.d read', async (t) => {
  const text = readFileSync(join(scripts, 'init/heartbeat'), 'utf8');
  const header = /### BEGIN INIT INFO\n([\s\S]*?)### END INIT INFO/.exec(text)?.[1] ?? '';
  for (const field of [
    'Provides',
    'Required-Start',
    'Required-Stop',
    'Default-Start',
    'Default-Stop',
    'Short-Description',
  ])
    t.match(header, new RegExp(`^# ${field}: +\\S`, 'm'));
  execFileSync('sh', ['-n', join(scripts, 'init/heartbeat')]);
});
