import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type KeygenOptions, keygen, keyMethods } from '../../firmware-agent/console/commands/keygen.ts';
import { load, said } from './support/fake-probe.ts';

async function run(configDir: string, options: KeygenOptions) {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await keygen({ configDir, stateDir: '', runDir: '' }, options, {
    terminal: { out: (line) => lines.push(line), err: (line) => errors.push(line), screen: null },
  });
  return { code, lines, errors };
}

t.test('what it prints is an authkeys file that the agent accepts, new each time', async (t) => {
  for (const method of keyMethods) {
    const { code, lines } = await run('/etc/ha.d', { method });
    t.equal(code, 0);
    const verdict = load({ authkeys: `${lines.join('\n')}\n` });
    t.equal(verdict.config?.keys.signing.method, method);
    t.notMatch(said(verdict).join(), 'error');
    t.notSame((await run('/etc/ha.d', { method })).lines, lines);
  }
});

t.test('which method fits a Heartbeat is said, beside the output', async (t) => {
  t.match(await run('', { method: 'sha1' }), { errors: [/with a Heartbeat at the other end/] });
  t.match(await run('', { method: 'sha256' }), {
    errors: [/a Heartbeat at the other end refuses to start with it/],
  });
});

t.test(
  '--write makes the file for its owner only, whatever the umask, and does not show the key',
  async (t) => {
    const dir = t.testdir();
    for (const mask of [0o000, 0o777]) {
      const before = process.umask(mask);
      const configDir = join(dir, String(mask));
      mkdirSync(configDir);
      chmodSync(configDir, 0o700);
      const { code, lines } = await run(configDir, { method: 'sha1', write: true });
      process.umask(before);
      t.equal(code, 0);
      const path = join(configDir, 'authkeys');
      t.equal(statSync(path).mode & 0o777, 0o600);
      const [, secret = ''] = /^auth 1\n1 sha1 ([0-9a-f]{40})\n$/.exec(readFileSync(path, 'utf8')) ?? [];
      t.ok(secret);
      t.notMatch(lines.join('\n'), secret);
    }
  },
);

t.test('keys that are there are never lost', async (t) => {
  const dir = t.testdir({ authkeys: 'mine' });
  const { code, errors } = await run(dir, { method: 'sha1', write: true });
  t.equal(code, 1);
  t.match(errors, [/is there already and stays as it is/]);
  t.equal(readFileSync(join(dir, 'authkeys'), 'utf8'), 'mine');
  writeFileSync(join(dir, 'file'), '');
  t.match(await run(join(dir, 'file'), { method: 'sha1', write: true }), {
    code: 1,
    errors: [/cannot be written/],
  });
});
