import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { cannotRun } from './support/box.ts';

const fixture = fileURLToPath(new URL('./fixtures/hw-load.ts', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), `twinbeat-${process.pid}-`));
t.teardown(() => rmSync(directory, { recursive: true }));

/** Loads with `directory` mounted noexec, in a mount namespace that ends with it. */
function load(...directories: string[]): string {
  const script = 'mount -t tmpfs -o noexec tmpfs "$1" && shift && exec "$@"';
  const words = ['--mount', 'sh', '-c', script, 'sh', directory, process.execPath, fixture, ...directories];
  return execFileSync('unshare', words, { encoding: 'utf8' });
}

t.test('a directory that is mounted noexec is said to be', { skip: cannotRun }, async (t) => {
  t.match(load(directory), `${directory}: mounted noexec`);
});

t.test('and another one is taken', { skip: cannotRun }, async (t) => {
  t.equal(load(directory, tmpdir()), 'loaded\n');
});
