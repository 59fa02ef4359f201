import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import t from 'tap';
import { ownVersion } from '../../scripts/build/bundle.ts';
import { DIST, ROOT } from '../../scripts/build/paths.ts';
import { hostNode, runtimeVersion } from '../../scripts/build/runtime.ts';
import { hostArchitecture } from '../../scripts/build/target.ts';

t.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'twinbeat-build-'));
t.after(() => {
  rmSync(folder, { recursive: true });
  const stamps = `${DIST}stamps/`;
  for (const name of readdirSync(stamps)) if (name.includes(basename(folder))) rmSync(stamps + name);
});

const name = `twinbeat-linux-${hostArchitecture()}`;

/** Build with a runtime that someone brought; what the build said, and where the executable is. */
function build(runtime: string, output: string) {
  const words = ['--runtime', join(folder, runtime), '--output', join(folder, output)];
  const said = execFileSync(process.execPath, [`${ROOT}scripts/build.ts`, ...words], { encoding: 'utf8' });
  return { said, executable: join(folder, output, name) };
}

t.test('an executable of a Node that someone brought, with its size, hash and licences', async (t) => {
  symlinkSync(hostNode(), join(folder, 'my-node'));
  const { said, executable } = build('my-node', 'mine');
  t.match(execFileSync(executable, ['version'], { encoding: 'utf8' }), ownVersion());
  t.match(said, new RegExp(`^${executable}: \\d+\\.\\d MB$`, 'm'));
  const line = readFileSync(`${executable}.sha256`, 'utf8');
  t.ok(said.includes(`SHA-256 ${line.split(' ')[0]}`));
  const checked = execFileSync('sha256sum', ['-c', `${name}.sha256`], { cwd: join(folder, 'mine') });
  t.equal(checked.toString(), `${name}: OK\n`);
  const licenses = readFileSync(`${executable}.licenses.txt`, 'utf8');
  for (const part of [`Node.js ${runtimeVersion()}: MIT`, 'raw-socket', 'serialport', 'twinbeat'])
    t.ok(said.includes(part) && licenses.includes(part), part);
  t.match(licenses, /Permission is hereby granted/, 'each in its own words');
});

t.test('an executable for musl', async (t) => {
  // No package brings a Node for musl: this one only says that it is.
  const bytes = readFileSync(hostNode());
  const interpreter = /\/lib(64)?\/ld-linux[\w.-]+\0/.exec(bytes.toString('latin1', 0, 4096))?.[0] ?? '';
  const musl = '/lib/ld-musl-test.so.1'.padEnd(interpreter.length, '\0');
  bytes.write(musl, bytes.indexOf(interpreter), 'latin1');
  writeFileSync(join(folder, 'musl-node'), bytes);
  const { said, executable } = build('musl-node', 'musl');
  t.match(said, /not tried, as this machine has no \/lib\/ld-musl-test\.so\.1/);
  t.match(said, /needs musl/);
  t.ok(existsSync(executable));
  t.ok(readFileSync(executable).includes('libc.musl-'), "serialport's addon is the one for musl");
});
