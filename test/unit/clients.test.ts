import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Clients } from '../../firmware-agent/clients/clients.ts';
import type { ClientConfig } from '../../firmware-agent/config/config.ts';
import { isGone, until } from './support/children.ts';

function setUp(t: Test, kind: ClientConfig['kind'], script: string) {
  const directory = mkdtempSync(join(tmpdir(), 'twinbeat-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const program = join(directory, 'client');
  writeFileSync(program, `#!/bin/sh\ncd ${directory}\necho $$ >>starts\n${script}\n`, { mode: 0o755 });
  const lines: string[] = [];
  const reboots: string[] = [];
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const clients = new Clients({
    clients: [{ kind, user: 'tester', uid, gid, command: `${program} -d` }],
    environment: { PATH: '/usr/bin:/bin', HA_CURHOST: 'nodea' },
    log: (level, text) => lines.push(`${level}: ${text}`),
    reboot: (why) => reboots.push(why),
  });
  t.teardown(() => clients.stop());
  const starts = (): number[] => {
    try {
      return readFileSync(join(directory, 'starts'), 'utf8').trim().split('\n').map(Number);
    } catch {
      return [];
    }
  };
  const path = (name: string) => join(directory, name);
  return { clients, lines, reboots, starts, program, path };
}

t.test('a client runs as long as the node is active, and is started again when it fails', async (t) => {
  const { clients, lines, starts, program, path } = setUp(
    t,
    'respawn',
    'echo "$HA_CURHOST $USER $*" >environment\ntest -e fail && rm fail && exit 3\nexec sleep 600',
  );
  writeFileSync(path('fail'), '');
  clients.start();
  t.ok(await until(() => starts().length === 2));
  t.ok(lines.includes(`ERROR: Client ${program} -d exited with return code 3.`));
  t.ok(lines.includes(`ERROR: Respawning client "${program} -d":`));
  t.equal(readFileSync(path('environment'), 'utf8'), 'nodea tester -d\n');
  clients.start();
  await clients.stop();
  const [, pid = 0] = starts();
  t.ok(isGone(String(pid)), 'it ends with the node');
  t.equal(starts().length, 2, 'it is started once only, and not after the stop');
});

t.test('100 means never again', async (t) => {
  const { clients, lines, starts } = setUp(t, 'respawn', 'exit 100');
  clients.start();
  t.ok(await until(() => lines.some((line) => line.includes('return code 100'))));
  await clients.stop();
  t.equal(starts().length, 1);
});

t.test('one that ends at once again and again is given up', async (t) => {
  const { clients, lines, starts } = setUp(t, 'respawn', 'exit 0');
  clients.start();
  t.ok(await until(() => lines.some((line) => line.includes('respawning too fast'))));
  t.equal(starts().length, 11);
});

t.test('a failfast client that fails reboots the machine, one that ends well does not', async (t) => {
  const failing = setUp(t, 'failfast', 'kill -9 $$');
  failing.clients.start();
  t.ok(await until(() => failing.reboots.length > 0));
  t.match(failing.reboots, [/killed by signal SIGKILL/]);
  t.equal(failing.starts().length, 1);
  const ending = setUp(t, 'failfast', 'test -e second || { touch second; exit 0; }\nexec sleep 600');
  ending.clients.start();
  t.ok(await until(() => ending.starts().length === 2));
  t.same(ending.reboots, []);
});
