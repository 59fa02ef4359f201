import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import t from 'tap';
import { sessionOn } from '../../firmware-agent/config/session.ts';
import { loadPty } from '../../scripts/laboratory/native.ts';

t.test('a session on a terminal is seen, whatever its program', async (t) => {
  const { fd, path } = loadPty().openPty();
  t.equal(sessionOn(path), undefined);
  // The leader of a new session that opens a terminal has it as its own.
  const shell = spawn('sh', ['-c', `exec <${path}; echo ready; sleep 60; true`], { detached: true });
  await once(shell.stdout, 'data');
  t.match(sessionOn(path), { pid: shell.pid, name: 'sh' });
  t.equal(sessionOn('/dev/null'), undefined);
  if (shell.pid !== undefined) process.kill(-shell.pid);
  await once(shell, 'exit');
  t.equal(sessionOn(path), undefined);
  closeSync(fd);
});
