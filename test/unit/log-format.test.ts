import t from 'tap';
import {
  formatFileLine,
  formatSyslogText,
  type LogEntry,
  longestLine,
} from '../../firmware-agent/log/format.ts';

process.env.TZ = 'UTC';

const entry: LogEntry = {
  at: new Date('2024-11-02T08:28:06.999Z'),
  node: 'alpha',
  entity: 'heartbeat',
  pid: 12,
  level: 'info',
  text: "Local status now set to: 'up'",
};

t.test('the line of 3.0.6', async (t) => {
  t.equal(
    formatFileLine(entry, true),
    "Nov 02 08:28:06 alpha heartbeat: [12]: info: Local status now set to: 'up'",
  );
});

t.test('the line of 2.1', async (t) => {
  t.equal(
    formatFileLine({ ...entry, level: 'WARN', text: 'node beta: is dead' }, false),
    'heartbeat[12]: 2024/11/02_08:28:06 WARN: node beta: is dead',
  );
});

t.test('the lines of scripts', async (t) => {
  const said = { ...entry, entity: 'ResourceManager', text: 'Running /etc/ha.d/resource.d/web  start' };
  const text = 'info: Running /etc/ha.d/resource.d/web  start';
  t.equal(formatFileLine(said, true), `2024/11/02_08:28:06  ResourceManager(default)[12]:    ${text}`);
  t.equal(
    formatFileLine(said, true, true),
    `ResourceManager(default)[12]:\t2024/11/02_08:28:06 ${text}`,
    'in the debug file',
  );
  t.equal(formatFileLine(said, false), `ResourceManager[12]:\t2024/11/02_08:28:06\t${text}`, 'of 2.1');
});

t.test('the time is local', async (t) => {
  process.env.TZ = 'Asia/Kolkata';
  t.match(formatFileLine(entry, true), /^Nov 02 13:58:06 /);
  process.env.TZ = 'UTC';
});

t.test('the message for syslog', async (t) => {
  t.equal(formatSyslogText({ ...entry, level: 'CRIT', text: 'x' }), '[12]: CRIT: x');
});

t.test('a line is one line, whatever its text holds', async (t) => {
  const line = formatFileLine({ ...entry, text: 'from x\nNov 02 08:28:06 alpha: forged\x1b[2J\ttab' }, true);
  t.equal(
    line,
    'Nov 02 08:28:06 alpha heartbeat: [12]: info: from x\\x0aNov 02 08:28:06 alpha: forged\\x1b[2J\ttab',
  );
});

t.test('lines are cut at 5119 bytes, never through a character', async (t) => {
  const exact = formatFileLine({ ...entry, text: 'x'.repeat(9000) }, true);
  t.equal(Buffer.byteLength(exact), longestLine);
  for (const pad of ['', 'a', 'ab']) {
    const line = formatFileLine({ ...entry, text: pad + '€'.repeat(3000) }, true);
    const size = Buffer.byteLength(line);
    t.ok(size <= longestLine && size > longestLine - 3, `${size} bytes`);
    t.notMatch(line, '\ufffd');
  }
});
