import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { stateDirectory } from '../../firmware-agent/state-directory.ts';

t.test('the one that was asked for, where it can be written', async (t) => {
  const stateDir = join(t.testdir(), 'lib/heartbeat');
  t.strictSame(stateDirectory({ configDir: '/', stateDir, runDir: '/nowhere' }), {
    path: stateDir,
    fault: null,
  });
  t.strictSame(readdirSync(stateDir), [], 'nothing of the trial stays');
});

t.test('else one in memory', async (t) => {
  const root = t.testdir({ file: '' });
  const found = stateDirectory({ configDir: '/', stateDir: join(root, 'file'), runDir: join(root, 'run') });
  t.equal(found.path, join(root, 'run/state'));
  t.match(found.fault, /file cannot be written \(.+\): identity and events are kept in .+run\/state/);
  t.strictSame(readdirSync(found.path), []);
});

t.test('what was put in its place by mistake is left alone', async (t) => {
  const root = t.testdir({ file: '', run: { state: 'mine' } });
  const found = stateDirectory({ configDir: '/', stateDir: join(root, 'file'), runDir: join(root, 'run') });
  t.equal(found.path, join(root, 'file'), 'a node starts all the same');
  t.match(found.fault, /cannot be written .*nor can/);
});
