import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Box } from '../../scripts/laboratory/box.ts';
import { ended } from '../../scripts/laboratory/command.ts';
import { layBench } from '../../scripts/laboratory/laboratory.ts';
import { EXECUTABLE } from '../../scripts/laboratory/node.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { GROUP, settingsOf, writeSettings } from '../../scripts/laboratory/settings.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { PATIENCE, TIMES } from './support/running-pair.ts';

enterLaboratory();

/** As systemd: every Debian has perl, and Node knows no unix datagrams. Prints each datagram as a line, with its sender. */
const MANAGER = `
use Socket; $| = 1;
my $name = $ARGV[0];
$name =~ s/^\\@/\\0/;
socket(S, AF_UNIX, SOCK_DGRAM, 0) or die; bind(S, pack_sockaddr_un($name)) or die $!;
print "listening\\n";
while (defined recv(S, my $text, 65536, 0)) { $text =~ s/\\n/ /g; print "$text\\n" }
`;

/** What a resource's script finds in its environment. */
const SCRIPT = `#!/bin/sh
[ "$1" = start ] && env >"$0.new" && mv "$0.new" "$0.env"
exit 0
`;

/** One node's box and files, and a manager that starts its agent. */
async function underManager(t: Test, socket: string, haresources = `nodea ${GROUP} look\n`) {
  const bench = await layBench(19200);
  t.teardown(() => bench.close());
  const box: Box = bench.boxes.nodea;
  await box.powerOn();
  const at = (name: string) => join(box.directory, name);
  mkdirSync(at('ha.d/resource.d'), { recursive: true });
  writeFileSync(at('ha.d/resource.d/look'), SCRIPT);
  chmodSync(at('ha.d/resource.d/look'), 0o755);
  const write = (haresources: string) =>
    writeSettings(
      at('ha.d'),
      'nodea',
      box.serial.ports.nodea,
      at('ha-log'),
      settingsOf({ ...TIMES, haresources }),
    );
  write(haresources);
  const name = socket.startsWith('@') ? socket : at(socket);
  box.start(['perl', '-e', MANAGER, name], 'heard').unref();
  const heard = () => readFileSync(at('heard'), 'utf8').trim().split('\n');
  await until('the manager', () => heard()[0] === 'listening', PATIENCE);
  const words = ['--config-dir', at('ha.d'), '--state-dir', at('state'), '--run-dir', at('run')];
  const start = `NOTIFY_SOCKET='${name}' WATCHDOG_USEC=2000000 WATCHDOG_PID=$$ exec "$@"`;
  const agent = box.start(['sh', '-c', start, 'sh', EXECUTABLE, 'run', ...words, '--node', 'nodea'], 'said');
  agent.unref();
  const count = (text: string) => heard().filter((line) => line.startsWith(text)).length;
  const hears = (text: string, times = 1) =>
    until(
      () => `${times} of ${text} in ${heard().join(', ')}`,
      () => count(text) >= times,
      PATIENCE,
    );
  return { agent, at, write, heard, count, hears };
}

t.test('the service manager hears how the agent stands, from its start to its end', async (t) => {
  const { agent, at, write, count, hears } = await underManager(t, '@twinbeat-test');
  await hears('READY=1');
  await hears('STATUS=nodea is active and holds all; nodeb is dead.');
  await hears('WATCHDOG=1', 3);
  const seen = at('ha.d/resource.d/look.env');
  await until('the script to have run', () => existsSync(seen), PATIENCE);
  const environment = readFileSync(seen, 'utf8');
  t.match(environment, 'HA_CURHOST=nodea');
  t.notMatch(environment, /NOTIFY_SOCKET|WATCHDOG_/, 'a script cannot speak for the agent');

  // The same files again: nothing to do, and done.
  process.kill(agent.pid ?? 0, 'SIGHUP');
  await hears('RELOADING=1 MONOTONIC_USEC=');
  await hears('READY=1', 2);

  // Other resources: another program takes this one's place, and speaks to the same manager.
  write(`nodea ${GROUP}\n`);
  process.kill(agent.pid ?? 0, 'SIGHUP');
  await hears('RELOADING=1', 2);
  await hears('READY=1', 4);
  const signs = count('WATCHDOG=1');
  await hears('WATCHDOG=1', signs + 2);
  t.equal(agent.exitCode, null, 'the same process');
  t.equal(count('STOPPING=1'), 0);

  process.kill(agent.pid ?? 0, 'SIGTERM');
  t.ok(await ended(agent, PATIENCE));
  t.equal(agent.exitCode, 0);
  await hears('STOPPING=1');
});

t.test('it hears why nothing was started, at a socket with a file too', async (t) => {
  const { agent, heard, hears } = await underManager(t, 'notify', 'nodea IPaddr::not-an-address\n');
  t.ok(await ended(agent, PATIENCE));
  t.equal(agent.exitCode, 6);
  await hears('STATUS=haresources:1:');
  t.notOk(heard().includes('READY=1'));
});
