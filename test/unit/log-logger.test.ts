import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Logger, type LoggerOptions } from '../../firmware-agent/log/logger.ts';

process.env.TZ = 'UTC';

function loggerWith(targets: Partial<LoggerOptions['targets']>, more: Partial<LoggerOptions> = {}) {
  const stderr: string[] = [];
  const logger = new Logger({
    node: 'nodea',
    targets: { debug: 0, syslogFormat: true, ...targets },
    pid: 7,
    now: () => new Date('2024-03-09T01:02:03Z'),
    stderr: {
      name: 'stderr',
      async append(bytes) {
        stderr.push(...Buffer.from(bytes).toString().trimEnd().split('\n'));
        return bytes.length;
      },
    },
    openSyslog: () => {
      throw new Error('no facility is set');
    },
    ...more,
  });
  return { logger, stderr };
}

t.test('each target gets what is for it', async (t) => {
  const dir = t.testdir({});
  const logfile = join(dir, 'ha-log');
  const debugfile = join(dir, 'ha-debug');
  const sent: unknown[] = [];
  const { logger, stderr } = loggerWith(
    { logfile, debugfile, facility: 'local0', debug: 1 },
    {
      openSyslog: (facility, ident) => {
        sent.push(['open', facility, ident]);
        return {
          write: (severity, text) => sent.push([ident, severity, text]),
          close: () => sent.push(['close', ident]),
        };
      },
    },
  );
  logger.log('info', 'Link nodeb:eth1 up.');
  logger.log('debug', 'for developers');
  logger.log('WARN', 'node nodeb: is dead', 'ipfail');
  logger.log('ERROR', 'again');
  await logger.close();
  const first = 'Mar 09 01:02:03 nodea heartbeat: [7]: info: Link nodeb:eth1 up.';
  const debug = 'Mar 09 01:02:03 nodea heartbeat: [7]: debug: for developers';
  const other = 'Mar 09 01:02:03 nodea ipfail: [7]: WARN: node nodeb: is dead';
  const last = 'Mar 09 01:02:03 nodea heartbeat: [7]: ERROR: again';
  t.equal(readFileSync(logfile, 'utf8'), `${first}\n${other}\n${last}\n`);
  t.equal(readFileSync(debugfile, 'utf8'), `${first}\n${debug}\n${other}\n${last}\n`);
  t.strictSame(stderr, [first, other, last]);
  t.strictSame(sent, [
    ['open', 'local0', 'heartbeat'],
    ['heartbeat', 'info', '[7]: info: Link nodeb:eth1 up.'],
    ['open', 'local0', 'ipfail'],
    ['ipfail', 'warning', '[7]: WARN: node nodeb: is dead'],
    ['heartbeat', 'err', '[7]: ERROR: again'],
    ['close', 'heartbeat'],
    ['close', 'ipfail'],
  ]);
});

t.test('one file for both gets each line once', async (t) => {
  const path = join(t.testdir({}), 'ha-log');
  const { logger } = loggerWith({ logfile: path, debugfile: path, syslogFormat: false, debug: 1 });
  logger.log('info', 'x');
  logger.log('debug', 'y');
  await logger.flush();
  t.equal(
    readFileSync(path, 'utf8'),
    'heartbeat[7]: 2024/03/09_01:02:03 info: x\nheartbeat[7]: 2024/03/09_01:02:03 debug: y\n',
  );
});

t.test('nothing for developers at level 0, which can change', async (t) => {
  const path = join(t.testdir({}), 'ha-debug');
  const { logger } = loggerWith({ debugfile: path });
  logger.log('debug', 'a');
  for (const change of [1, 1, -1]) logger.debug += change;
  logger.log('debug', 'b');
  for (const change of [-1, -1]) logger.debug += change;
  t.equal(logger.debug, 0);
  logger.log('debug', 'c');
  await logger.flush();
  t.match(readFileSync(path, 'utf8'), /^[^\n]* debug: b\n$/);
  logger.debug = 300;
  t.equal(logger.debug, 255);
});

t.test('the last 50 events are kept, debug not among them', async (t) => {
  const { logger } = loggerWith({});
  for (let i = 1; i <= 60; i += 1) {
    logger.log('info', `event ${i}`);
    logger.log('debug', `detail ${i}`);
  }
  const events = logger.events();
  t.equal(events.length, 50);
  t.strictSame(events[0], { time: '2024-03-09T01:02:03.000Z', level: 'info', text: 'event 11' });
  t.equal(events[49]?.text, 'event 60');
});

t.test('a log file that cannot be written is told on stderr, once', async (t) => {
  const dir = t.testdir({});
  const { logger, stderr } = loggerWith({ logfile: join(dir, 'missing', 'ha-log') });
  logger.log('info', 'one');
  await logger.flush();
  logger.log('info', 'two');
  await logger.flush();
  const complaints = stderr.filter((line) => line.includes('ERROR: cannot write to'));
  t.equal(complaints.length, 1);
  t.match(complaints[0], /missing\/ha-log: ENOENT/);
  t.equal(stderr.filter((line) => /: (one|two)$/.test(line)).length, 2, 'stderr goes on');
});

t.test('flush does not wait for a dead disk', async (t) => {
  const { logger } = loggerWith(
    {},
    { stderr: { name: 'stuck', append: () => new Promise(() => undefined) } },
  );
  logger.log('info', 'x');
  await logger.flush(10);
  t.pass('it ended');
});

t.test('a reader of stderr that stopped reading stops neither the process nor its end', async (t) => {
  const script = `
    import { Logger } from '${import.meta.dirname}/../../firmware-agent/log/logger.ts';
    const logger = new Logger({ node: 'nodea', targets: { debug: 0, syslogFormat: true }, openSyslog: () => undefined });
    const line = 'x'.repeat(1000);
    let rounds = 0;
    const timer = setInterval(async () => {
      for (let i = 0; i < 50; i += 1) logger.log('info', line);
      if (++rounds < 20) return;
      clearInterval(timer);
      await logger.flush(50);
      process.stdout.write('alive', () => process.exit(0));
    }, 1);`;
  // 1 MB of lines into a pipe that holds 64 KiB and that nobody reads.
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  t.equal(out, 'alive');
  t.equal(code, 0);
});
