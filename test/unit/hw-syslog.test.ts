import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { facilityNames, openSyslog } from '../../hw/syslog.ts';
import { Gathered } from './support/gathered.ts';

const directory = mkdtempSync(join(tmpdir(), `twinbeat-${process.pid}-`));
t.teardown(() => rmSync(directory, { recursive: true }));

/** A system log: every Debian has perl, and Node knows no unix datagrams. Prints each datagram as a line. */
const logger = `
use Socket; $| = 1;
unlink $ARGV[0];
socket(S, AF_UNIX, SOCK_DGRAM, 0) or die; bind(S, sockaddr_un($ARGV[0])) or die;
print "ready\\n";
while (defined recv(S, my $line, 65536, 0)) { print "$line\\n" }
`;

class Log extends Gathered {
  readonly #child: ChildProcess;

  constructor(path: string) {
    super();
    this.#child = spawn('perl', ['-e', logger, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child.stdout?.on('data', (bytes) => this.received(bytes));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.kill('SIGKILL');
    });
  }
}

t.test('lines arrive as the C library would have sent them', async (t) => {
  const path = join(directory, 'log');
  const log = new Log(path);
  t.teardown(() => log.stop());
  await log.until(() => log.text === 'ready\n');
  const port = openSyslog({ facility: 'local3', ident: 'heartbeat', path });
  port.write('info', "[12]: info: Local status now set to: 'up'");
  port.write('crit', '[12]: CRIT: two');
  await log.until(() => log.text.includes('two'));
  const [, first, second] = log.text.split('\n');
  t.match(
    first,
    /^<158>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d heartbeat: \[12\]: info: Local status now set to: 'up'$/,
  );
  t.match(second, /^<154>/, 'facility 19, severity 2');
  t.equal(port.dropped, 0);
  port.close();
  port.write('info', 'late');
  t.equal(port.dropped, 1);
});

t.test('a log that is away costs lines, not time; it is found again', async (t) => {
  const path = join(directory, 'restarted');
  const port = openSyslog({ facility: 'daemon', ident: 'heartbeat', path, retry: 0 });
  port.write('err', 'nobody there');
  t.equal(port.dropped, 1);
  const first = new Log(path);
  await first.until(() => first.text === 'ready\n');
  port.write('err', 'to the first');
  await first.until(() => first.text.includes('to the first'));
  await first.stop();
  port.write('err', 'in between');
  t.equal(port.dropped, 2);
  const second = new Log(path);
  t.teardown(() => second.stop());
  await second.until(() => second.text === 'ready\n');
  port.write('err', 'to the second');
  await second.until(() => second.text.includes('to the second'));
  t.notMatch(second.text, 'in between');
  t.equal(port.dropped, 2);
  port.close();
});

t.test('an absent log is looked for at a bounded rate', async (t) => {
  const path = join(directory, 'absent');
  const port = openSyslog({ facility: 'daemon', ident: 'heartbeat', path, retry: 3_600_000 });
  port.write('err', 'one');
  const log = new Log(path);
  t.teardown(() => log.stop());
  await log.until(() => log.text === 'ready\n');
  port.write('err', 'two');
  t.equal(port.dropped, 2, 'not tried again within the hour');
  port.close();
});

t.test('a log that does not read never blocks', async (t) => {
  const path = join(directory, 'deaf');
  const log = new Log(path);
  await log.until(() => log.text === 'ready\n');
  const port = openSyslog({ facility: 'daemon', ident: 'heartbeat', path });
  t.teardown(() => port.close());
  for (let count = 0; count < 100_000 && port.dropped === 0; count++) port.write('debug', 'x'.repeat(4000));
  t.ok(port.dropped > 0);
  await log.stop();
});

t.test('facilities have names', async (t) => {
  t.ok(facilityNames.includes('local7') && facilityNames.includes('daemon'));
  t.throws(() => openSyslog({ facility: 'none', ident: 'x' }), RangeError);
});
