import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { deviceNumber, hasNoWayOut, openWatchdog } from '../../hw/watchdog.ts';

const directory = mkdtempSync(join(tmpdir(), `twinbeat-${process.pid}-`));
t.teardown(() => rmSync(directory, { recursive: true }));

function plainFile(name: string): string {
  const path = join(directory, name);
  writeFileSync(path, '');
  return path;
}

t.test('kicks, and disarms by the magic close', async (t) => {
  const path = plainFile('disarmed');
  const watchdog = openWatchdog(path, 30);
  t.equal(watchdog.timeoutSeconds, null, 'a plain file has no timeout');
  t.match(watchdog, { hasReset: false, stoppedBy: null }, 'and says nothing of itself');
  t.equal(watchdog.kick(), null);
  t.equal(watchdog.kick(), null);
  t.equal(readFileSync(path, 'latin1'), '\0\0');
  t.equal(watchdog.close({ disarm: true }), null);
  t.equal(readFileSync(path, 'latin1'), '\0\0V');
});

t.test('stays armed without it', async (t) => {
  const path = plainFile('armed');
  const watchdog = openWatchdog(path);
  watchdog.kick();
  t.equal(watchdog.close({ disarm: false }), null);
  t.equal(readFileSync(path, 'latin1'), '\0');
  t.match(watchdog.kick(), /closed/, 'a kick after close is told, not thrown');
  t.equal(watchdog.close({ disarm: true }), null, 'closing twice is closing once');
  t.equal(readFileSync(path, 'latin1'), '\0');
});

t.test('a device that takes no kick is told', async (t) => {
  const path = join(directory, 'fifo');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const watchdog = openWatchdog(path, 5);
  t.equal(watchdog.kick(), null);
  const buffer = Buffer.alloc(8);
  t.equal(buffer.toString('latin1', 0, readSync(reader, buffer)), '\0');
  closeSync(reader);
  t.match(watchdog.kick(), /EPIPE/);
  t.match(watchdog.close({ disarm: true }), /EPIPE/);
});

t.test('no such device', async (t) => {
  t.throws(() => openWatchdog(join(directory, 'none')), { code: 'ENOENT' });
});

t.test('a driver that is never disarmed, by its number in sysfs', async (t) => {
  t.equal(deviceNumber(statSync('/dev/null').rdev), '1:3');
  const sys = t.testdir({
    class: { watchdog: { watchdog0: { nowayout: '1\n' } } },
    dev: { char: { '250:0': { nowayout: '1\n' }, '250:1': { nowayout: '0\n' } } },
  });
  t.equal(hasNoWayOut('250:0', sys), true);
  t.equal(hasNoWayOut('250:1', sys), false);
  t.equal(hasNoWayOut('10:130', sys), true, '/dev/watchdog is the first one');
  t.equal(hasNoWayOut('250:9', sys), false, 'one that does not say');
});
