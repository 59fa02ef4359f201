import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const main = join(import.meta.dirname, '../../firmware-agent/main.ts');

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(...words: string[]): Promise<Result> {
  return new Promise((resolve) => {
    // Without the environment, in which the test runner asks every process to load itself.
    execFile('env', ['-i', process.execPath, main, ...words], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

t.test('version is that of package.json', async (t) => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const results = await Promise.all([run('version'), run('--version')]);
  for (const result of results) t.strictSame(result, { code: 0, out: `${version}\n`, err: '' });
});

t.test('help names every command, and each command its directories with their defaults', async (t) => {
  const { code, out } = await run('--help');
  t.equal(code, 0);
  const commands = [
    'run',
    'check',
    'status',
    'standby',
    'takeover',
    'events',
    'keygen',
    'support',
    'version',
  ];
  const helps = await Promise.all(
    commands.map(async (command) => ({ command, ...(await run(command, '--help')) })),
  );
  for (const { command, ...help } of helps) {
    t.match(out, new RegExp(`^ {2}${command} `, 'm'));
    t.equal(help.code, 0);
    for (const text of ['"/etc/ha.d"', '"/var/lib/heartbeat"', '"/run/heartbeat"', '--node <name>']) {
      t.match(help.out, text, `${command}: ${text}`);
    }
  }
});

t.test('wrong words end with 1 and the mend', async (t) => {
  const cases: [string[], RegExp][] = [
    [[], /^Usage: twinbeat/],
    [['stauts'], /unknown command 'stauts'\n\(Did you mean status\?\)/],
    [['status', '--jsno'], /unknown option '--jsno'\n\(Did you mean --json\?\)/],
    [['status', '--json', '--watch'], /'--json' cannot be used with option '--watch'/],
    [['--run-dir', '/x', 'status'], /unknown option '--run-dir'/],
    [['status', 'now'], /too many arguments/],
    [['standby', 'everything'], /Allowed choices are all, local, foreign, failback/],
    [['run', '--node'], /argument missing/],
  ];
  const results = await Promise.all(
    cases.map(async ([words, message]) => ({ words, message, ...(await run(...words)) })),
  );
  for (const { words, message, code, out, err } of results) {
    t.equal(code, 1, words.join(' '));
    t.match(err, message);
    t.equal(out, '');
    if (words.length > 0) t.match(err, /`twinbeat --help` lists the commands/);
  }
});

const files = {
  'ha.cf':
    'keepalive 1\ndeadtime 5\nwarntime 3\ninitdead 10\nauto_failback on\nnode nodea nodeb\nucast lo 127.0.0.2\n',
  authkeys: 'auth 1\n1 sha1 a-secret\n',
  haresources: 'nodea 10.0.0.100/24/lo\n',
};

t.test('check of a valid configuration says what it means', async (t) => {
  const dir = t.testdir(files);
  chmodSync(join(dir, 'authkeys'), 0o600);
  const { code, out, err } = await run('check', '--config-dir', dir, '--node', 'nodea');
  t.notMatch(err, 'error');
  t.equal(code, 0);
  t.match(out, `${dir}: valid, `);
  t.match(out, 'nodea and nodeb send a heartbeat every 1 s over lo (ucast to 127.0.0.2 port 694);');
  t.match(out, 'a node silent for 5 s (10 s at boot) is dead');
  t.match(out, 'nodea prefers 10.0.0.100/24/lo; nodeb prefers nothing; auto_failback on.');
});

t.test('check --explain says it at length, with the timeline', async (t) => {
  const dir = t.testdir(files);
  chmodSync(join(dir, 'authkeys'), 0o600);
  const { code, out } = await run('check', '--explain', '--config-dir', dir, '--node', 'nodea');
  t.equal(code, 0);
  for (const text of ['late after', 'dead after', 'first takeover', 'What a takeover waits for'])
    t.match(out, text);
});

t.test('events and keygen need no agent', async (t) => {
  const dir = t.testdir();
  const told = { time: '2026-11-20T22:14:07.000Z', kind: 'late', text: 'it was late', facts: {} };
  writeFileSync(join(dir, 'events'), `${JSON.stringify(told)}\n`);
  const [events, json, keys] = await Promise.all([
    run('events', '--state-dir', dir),
    run('events', '--json', '--since', '2026-11-20', '--state-dir', dir),
    run('keygen', '--method', 'sha256'),
  ]);
  t.match(events.out, /^\d{4}-\d\d-\d\d\n\d\d:\d\d:07 it was late\n$/);
  t.strictSame(JSON.parse(json.out), told);
  t.match(keys.out, /^auth 1\n1 sha256 [0-9a-f]{64}\n$/);
});

t.test('check names every fault at its place and fails', async (t) => {
  const dir = t.testdir({ ...files, 'ha.cf': `${files['ha.cf']}deadtime 5s\nserial /dev/twinbeat-none\n` });
  const { code, out, err } = await run('check', '--config-dir', dir, '--node', 'nodea');
  t.equal(code, 1);
  t.equal(out, '');
  t.match(err, /^ha\.cf:8:\d+: error: /m);
  t.match(err, /^ha\.cf:9:\d+: error: /m);
  const errors = err.match(/: error: /g)?.length;
  t.match(err, `${dir}: ${errors} errors: nothing would be started\n`);
});
