import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { grammars } from '../../firmware-agent/config/grammars.ts';
import { clStatusUsage } from '../../firmware-agent/console/names/cl-status-usage.ts';
import { heartbeatHelp } from '../../firmware-agent/console/names/heartbeat-help.ts';
import { formatFileLine } from '../../firmware-agent/log/format.ts';
import type { Level } from '../../firmware-agent/log/level.ts';
import { commandPage } from '../../scripts/manual/command-page.ts';
import { commandsToDescribe } from '../../scripts/manual/commands.ts';
import { completion } from '../../scripts/manual/completion.ts';
import { configurationPage } from '../../scripts/manual/configuration-page.ts';
import { haCfRows } from '../../scripts/manual/ha-cf.ts';
import { haCfWords } from '../../scripts/manual/ha-cf-words.ts';
import { logcheckPatterns, logrotateSnippet } from '../../scripts/manual/log-snippets.ts';
import { nameCompletions } from '../../scripts/manual/name-completions.ts';
import { namePages } from '../../scripts/manual/name-pages.ts';
import { bold, plain } from '../../scripts/manual/roff.ts';
import { twinbeatRows } from '../../scripts/manual/twinbeat-table.ts';

const tree = commandsToDescribe();
const pages = [commandPage(tree), configurationPage(), ...Object.values(namePages())];

function isThere(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** A file with this text. */
function written(t: Test, text: string): string {
  const path = join(t.testdir(), 'file');
  writeFileSync(path, text);
  return path;
}

t.test('every command, argument and option is in twinbeat(8)', async (t) => {
  const page = commandPage(tree);
  t.ok(tree.commands.length > 8);
  for (const command of tree.commands) {
    t.match(page, bold(`twinbeat ${command.name()}`), command.name());
    t.match(page, plain(command.description()), command.name());
    for (const { flags, description } of command.options) {
      t.match(page, `\n${bold(flags)}\n`, `${command.name()} ${flags}`);
      t.match(page, plain(description.slice(0, 20)));
    }
    for (const argument of command.registeredArguments)
      t.match(page, plain(argument.description.slice(0, 20)), `${command.name()} ${argument.name()}`);
  }
});

t.test('every signal that the agent heeds is in twinbeat(8)', async (t) => {
  const source = readFileSync(new URL('../../firmware-agent/signals.ts', import.meta.url), 'utf8');
  const signals = [...source.matchAll(/'(SIG\w+)'/g)].map(([, name = '']) => name);
  t.ok(signals.length > 3);
  const [, section = ''] = commandPage(tree).split('.SH SIGNALS');
  for (const name of signals) t.match(section.split('.SH')[0], name);
});

t.test('every directive of both files is in twinbeat.cf(5), and none that is not', async (t) => {
  const page = configurationPage();
  for (const { directives } of Object.values(grammars))
    for (const { name } of directives.values()) t.match(page, `\\fB${plain(name)}`, name);
  t.strictSame(
    twinbeatRows()
      .map(({ name }) => name)
      .sort(),
    [...grammars['twinbeat.cf'].directives.keys()].sort(),
    'the table of config/README.md',
  );
  t.strictSame(Object.keys(haCfWords).sort(), [...grammars['ha.cf'].directives.keys()].sort());
});

t.test('the names of Heartbeat have pages that say what their help says', async (t) => {
  const names = namePages();
  for (const line of heartbeatHelp) t.ok(names['man/heartbeat.8']?.includes(plain(line)), line);
  for (const line of clStatusUsage) t.ok(names['man/cl_status.1']?.includes(plain(line)), line);
  t.match(names['man/hb_standby.1'], 'all|local|foreign|failback');
  t.match(names['man/hb_takeover.1'], '\\fBhb_takeover\\fR');
});

t.test('of a directive without effect is said what the agent says', async (t) => {
  const text = (name: string) => haCfRows().find(({ directive }) => directive.name === name);
  t.match(text('memreserve'), { text: 'the agent has no use for a memory reserve', isIdle: true });
  t.match(text('deadtime'), { isIdle: false });
});

t.test(
  'the formatter has nothing to complain of',
  { skip: !isThere('groff') && 'groff is not installed' },
  async (t) => {
    for (const page of pages) {
      const { stderr, status } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', written(t, page)], {
        encoding: 'utf8',
      });
      t.strictSame({ stderr, status }, { stderr: '', status: 0 });
    }
  },
);

t.test(
  'mandoc has nothing to complain of',
  { skip: !isThere('mandoc') && 'mandoc is not installed' },
  async (t) => {
    for (const page of pages) {
      const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'error', written(t, page)], {
        encoding: 'utf8',
      });
      t.equal(stdout, '');
    }
  },
);

/** What bash, in this folder, offers for the last of these words. */
function offered(file: string, cwd: string, ...words: string[]): string[] {
  return offeredBy('twinbeat', file, cwd, ...words);
}

function offeredBy(name: string, file: string, cwd: string, ...words: string[]): string[] {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$1"
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const argv = ['-c', script, 'bash', file, name, ...words];
  return execFileSync('bash', argv, { encoding: 'utf8', cwd })
    .split('\n')
    .filter((line) => line !== '');
}

t.test('bash completes commands, options, and what follows them', async (t) => {
  const file = written(t, completion(tree));
  const offers = (...words: string[]) => offered(file, '/', ...words);
  t.strictSame(offers('st'), ['status', 'standby']);
  const all = [...tree.commands.map((command) => command.name()), '--help', '--version'];
  t.strictSame(offers(''), all);
  for (const command of tree.commands)
    for (const { long } of command.options)
      if (long) t.ok(offers(command.name(), long).includes(long), `${command.name()} ${long}`);
  t.strictSame(offers('standby', 'f'), ['foreign', 'failback']);
  t.strictSame(offers('keygen', '--method', 'sha'), ['sha1', 'sha256']);
  t.strictSame(offers('events', '--since', ''), [], 'a time is not guessed');
});

t.test('bash completes directories and files, blanks in them too', async (t) => {
  const dir = t.testdir({ here: { 'a folder': {}, 'a file': '' }, completion: completion(tree) });
  const offers = (...words: string[]) => offered(join(dir, 'completion'), join(dir, 'here'), ...words);
  t.strictSame(offers('check', '--config-dir', 'a'), ['a folder']);
  t.strictSame(offers('support', 'a').sort(), ['a file', 'a folder']);
});

t.test('bash completes the names of Heartbeat', async (t) => {
  const made = nameCompletions();
  const dir = t.testdir({ here: { 'a folder': {}, 'a file': '' } });
  const offers = (name: string, ...words: string[]) => {
    const file = join(dir, name);
    writeFileSync(file, made[`completion/${name}`] ?? '');
    return offeredBy(name, file, join(dir, 'here'), ...words);
  };
  const directories = ['--config-dir', '--state-dir', '--run-dir', '--node'];
  const letters = ['-f', '-k', '-s', '-r', '-V', '-D', '-v', '-d', '-l'];
  t.strictSame(offers('heartbeat', ''), [...letters, '--help', ...directories]);
  t.strictSame(offers('hb_standby', 'f'), ['foreign', 'failback']);
  t.strictSame(offers('hb_takeover', 'l'), ['local']);
  t.strictSame(offers('cl_status', 'list'), ['listnodes', 'listhblinks']);
  t.strictSame(offers('cl_status', 'listnodes', ''), ['-m', '-p', '-n', '-v', ...directories]);
  t.strictSame(offers('cl_status', 'hbparameter', '-'), ['-m', '-p', ...directories]);
  for (const name of ['heartbeat', 'cl_status', 'hb_standby', 'hb_takeover']) {
    t.strictSame(offers(name, '--config-dir', 'a'), ['a folder'], name);
    t.strictSame(offers(name, '--node', ''), [], name);
  }
});

function logLine(level: Level, entity = 'heartbeat', node = 'node-a.example'): string {
  const at = new Date(2026, 10, 1, 8, 28, 16);
  return formatFileLine({ at, node, entity, pid: 12, level, text: "Local status now set to: 'up'" }, true);
}

t.test('logcheck keeps quiet about what is ordinary, and only about that', async (t) => {
  const patterns = written(t, logcheckPatterns());
  const isIgnored = (line: string) => {
    const { status, stderr } = spawnSync('grep', ['-E', '-f', patterns], {
      input: `${line}\n`,
      encoding: 'utf8',
    });
    t.equal(stderr, '');
    return status === 0;
  };
  for (const level of ['notice', 'info', 'debug'] as const) t.ok(isIgnored(logLine(level)), level);
  for (const level of ['EMERG', 'ALERT', 'CRIT', 'ERROR', 'WARN'] as const)
    t.notOk(isIgnored(logLine(level)), level);
  t.ok(
    isIgnored('2026-11-21T08:28:16.123456+01:00 nodea heartbeat: [12]: info: x'),
    'times of newer syslogs',
  );
  t.notOk(isIgnored(logLine('info', 'sshd')), 'other programs');
  t.notOk(isIgnored('Nov 21 08:28:16 nodea sshd: heartbeat: [12]: info: forged'));
});

t.test(
  'logrotate understands its snippet',
  { skip: !isThere('logrotate') && 'logrotate is not installed' },
  async (t) => {
    const snippet = written(t, logrotateSnippet());
    const { status, stderr } = spawnSync('logrotate', ['--debug', snippet], { encoding: 'utf8' });
    t.equal(status, 0);
    t.notMatch(stderr, /error/i);
  },
);

t.test('the snippet for logrotate names the files, and needs no signal', async (t) => {
  const snippet = logrotateSnippet();
  t.match(snippet, /^\/var\/log\/ha-log \/var\/log\/ha-debug \{\n( {4}\w+( \w+)?\n)+\}\n$/m);
  t.notMatch(snippet, /postrotate|copytruncate/);
});
