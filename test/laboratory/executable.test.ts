import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';

/** What is built for the machine that runs the tests; `npm test` sees to it that it is there and up to date. */
const BUILT = new URL(`../../dist/twinbeat-linux-${process.arch}`, import.meta.url).pathname;
const MANIFEST = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
  dependencies: Record<string, string>;
};
const ELF_MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/** A folder with nothing of the development tree beside or above it, as on a device. */
const folder = mkdtempSync(join(tmpdir(), 'twinbeat-executable-'));
const alone = join(folder, 'twinbeat');

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Run the lone copy as an init script would: no PATH, no home, in the root directory. */
function twinbeat(words: readonly string[], env: NodeJS.ProcessEnv = {}): Answer {
  const { status, stdout, stderr, error } = spawnSync(alone, words, {
    cwd: '/',
    env: { PATH: '', ...env },
    encoding: 'utf8',
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  if (error !== undefined) throw error;
  return { code: status, out: stdout, err: stderr };
}

t.before(() => copyFileSync(BUILT, alone, constants.COPYFILE_FICLONE));
t.after(() => rmSync(folder, { recursive: true }));

t.test('it is one ELF file for this machine that anyone may run', async (t) => {
  const stat = statSync(BUILT);
  t.ok(stat.isFile());
  t.equal(stat.mode & 0o777, 0o755);
  const bytes = readFileSync(BUILT);
  t.equal(bytes.subarray(0, 4).toString('latin1'), '\x7fELF');
  t.equal(bytes.readUInt16LE(18), ELF_MACHINES[process.arch]);
});

t.test('it starts alone, in a bare environment, and says nothing that was not asked', async (t) => {
  const { code, out, err } = twinbeat(['version']);
  t.match(out, MANIFEST.version);
  t.equal(out.trim().split('\n').length, 1);
  t.equal(err, '', 'no warning about experimental features');
  t.equal(code, 0);
});

t.test('NODE_OPTIONS does not reach it', async (t) => {
  const plain = twinbeat(['version']);
  t.same(twinbeat(['version'], { NODE_OPTIONS: '--require=/nonexistent/intruder.cjs' }), plain);
  t.same(twinbeat(['version'], { NODE_OPTIONS: '--no-such-flag' }), plain);
});

t.test('its words are commands, never flags or scripts for the runtime inside', async (t) => {
  for (const words of [['no-such-command'], ['--eval', 'console.log(6 * 7)'], ['/etc/passwd']]) {
    const { code, out, err } = twinbeat(words);
    t.not(code, 0, words.join(' '));
    t.notMatch(out, '42');
    t.not(err, '', 'says what is wrong');
  }
});

t.test('its hash and the licences inside lie beside it', async (t) => {
  const hash = createHash('sha256').update(readFileSync(BUILT)).digest('hex');
  t.equal(readFileSync(`${BUILT}.sha256`, 'utf8'), `${hash}  twinbeat-linux-${process.arch}\n`);
  const licenses = readFileSync(`${BUILT}.licenses.txt`, 'utf8');
  for (const name of [...Object.keys(MANIFEST.dependencies), 'nan', 'Node.js']) {
    t.match(licenses, new RegExp(`^  ${name} [0-9.]+: \\S`, 'm'), name);
  }
});
