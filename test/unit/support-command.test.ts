import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { support } from '../../firmware-agent/console/commands/support.ts';
import { startControlServer } from '../../firmware-agent/console/control-server.ts';
import { callerOf } from '../../hw/caller.ts';
import { healthy } from './support/healthy-report.ts';

const words = [
  'key-of-the-pair',
  'old-key-of-the-pair',
  'switch-word',
  'ipmi-word',
  'pager-word',
  'mount-word',
];
const [key, oldKey, switchWord, ipmiWord, pagerWord, mountWord] = words;

/** A socket's path is short. */
const nowhere = '/tmp/twinbeat-nowhere';

/** A configured box that has run, and whose programs were not discreet. */
function box(t: Test, log = '') {
  const dir = t.testdir({
    etc: {
      'ha.cf':
        'node nodea nodeb\nauto_failback on\nucast lo 127.0.0.2\nlogfile LOG\ndebugfile LOG\n' +
        `stonith_host * baytech 10.0.0.9 operator ${switchWord}\n`,
      authkeys: `# was: 1 sha1 ${oldKey}\nauth 2\n2 sha1 ${key}\n`,
      haresources: `nodea 10.0.0.1/24/lo Filesystem::/srv::password=${mountWord}\n`,
      'twinbeat.cf': `fence agent fence_ipmilan ip=10.0.0.9 password=${ipmiWord}\nalarm /bin/page ${pagerWord}\n`,
    },
    state: {
      events: `${JSON.stringify({ time: '2026-11-20T22:14:07.000Z', kind: 'late', text: `took "${ipmiWord}"`, facts: { why: switchWord } })}\n`,
    },
    log: `${log}heartbeat: [1]: info: signed with ${key}\nheartbeat: [1]: info: page ${pagerWord} failed\nthe last line\n`,
  });
  const cf = join(dir, 'etc/ha.cf');
  writeFileSync(cf, readFileSync(cf, 'utf8').replaceAll('LOG', join(dir, 'log')));
  chmodSync(join(dir, 'etc/authkeys'), 0o600);
  return {
    dir,
    configDir: join(dir, 'etc'),
    stateDir: join(dir, 'state'),
    runDir: nowhere,
    node: 'nodea',
  };
}

async function pack(made: ReturnType<typeof box>) {
  const lines: string[] = [];
  const errors: string[] = [];
  const file = join(made.dir, 'support.tar.gz');
  const code = await support(made, file, {
    terminal: { out: (line) => lines.push(line), err: (line) => errors.push(line), screen: null },
    machine: {
      serialPorts: async () => [],
      broadcastless: async () => [],
      neighbour: async () => ({ reason: '' }),
    },
  });
  return { code, lines, errors, file };
}

/** All files of an archive by their names without the folder. */
function unpack(dir: string, file: string): Map<string, string> {
  const to = join(dir, 'unpacked');
  mkdirSync(to);
  execFileSync('tar', ['-xzf', file, '-C', to]);
  const [folder = ''] = readdirSync(to);
  const names = readdirSync(join(to, folder), { recursive: true, encoding: 'utf8' });
  return new Map(
    names
      .filter((name) => statSync(join(to, folder, name)).isFile())
      .map((name) => [name, readFileSync(join(to, folder, name), 'utf8')]),
  );
}

t.test('tar unpacks it, it holds what helps, and nothing secret', async (t) => {
  const made = box(t);
  const { code, lines, errors, file } = await pack(made);
  t.strictSame([code, errors], [0, []]);
  t.match(lines[0], /support\.tar\.gz: \d+ files, \d+ KiB\.$/);
  t.equal(statSync(file).mode & 0o777, 0o600, 'for its owner only');
  const files = unpack(made.dir, file);
  for (const word of words) {
    t.throws(
      () => execFileSync('grep', ['-rqF', word ?? '', join(made.dir, 'unpacked')]),
      `no ${word} in any file`,
    );
    t.notOk(
      [...files.keys()].some((name) => name.includes(word ?? '')),
      `no ${word} in any name`,
    );
  }
  t.match(files.get('config/ha.cf'), 'stonith_host * baytech (removed)');
  t.match(files.get('config/authkeys'), 'auth 2\n2 sha1 (removed)\n');
  t.match(files.get('config/nodeinfo'), 'cannot be read: ENOENT');
  t.match(files.get('check.txt'), 'there is no fence_ipmilan on this machine');
  t.match(files.get('status.txt'), 'no agent answers');
  t.match(files.get('events.txt'), 'took "(removed)"');
  t.strictSame(JSON.parse(files.get('events.jsonl') ?? '').facts, { why: '(removed)' });
  t.match(files.get('log/1-log'), /signed with \(removed\)\n.*\nthe last line\n$/);
  t.notOk(files.has('log/2-log'), 'one file named twice is packed once');
  t.match(files.get('system/interfaces.txt'), /^lo /m);
  t.match(files.get('files.txt'), /^ {2}0600 .*authkeys$/m);
  t.match(files.get('about.txt'), /^Twinbeat \d/);
});

t.test('a running agent tells its status, without what it should not have logged', async (t) => {
  const runDir = mkdtempSync(join(tmpdir(), 'twinbeat-'));
  t.teardown(() => rmSync(runDir, { recursive: true, force: true }));
  const told = { time: '2026-11-20T22:14:07.000Z', level: 'info', text: `"${key}" is the key` };
  const refuse = async () => ({ ok: false, text: 'not here' });
  const server = await startControlServer({
    api: {},
    callerOf,
    runDir,
    report: (text) => t.fail(text),
    handlers: {
      status: () => ({ ...healthy, events: [told] }),
      standby: refuse,
      takeover: refuse,
      confirm: refuse,
      fenceAck: refuse,
    },
  });
  t.teardown(() => server.close());
  const made = { ...box(t), runDir };
  const { file } = await pack(made);
  const files = unpack(made.dir, file);
  t.match(JSON.parse(files.get('status.json') ?? ''), {
    node: 'nodea',
    events: [{ text: '"(removed)" is the key' }],
  });
  t.match(files.get('status.txt'), '"(removed)" is the key');
});

t.test('an agent that tells something else costs only its own part', async (t) => {
  const runDir = mkdtempSync(join(tmpdir(), 'twinbeat-'));
  t.teardown(() => rmSync(runDir, { recursive: true, force: true }));
  const server = createServer((socket) => socket.end('{"status":{"node":"nodea"}}\n'));
  await new Promise<void>((resolve) => server.listen(join(runDir, 'twinbeat.sock'), resolve));
  t.teardown(() => server.close());
  const made = { ...box(t), runDir };
  const { code, file } = await pack(made);
  t.equal(code, 0);
  const files = unpack(made.dir, file);
  t.match(files.get('status.txt'), 'not to be had');
  t.match(files.get('status.json'), 'nodea');
});

t.test('a large log is packed from its end', async (t) => {
  const made = box(t, 'an old line that nobody needs\n'.repeat(100_000));
  const { file } = await pack(made);
  const log = unpack(made.dir, file).get('log/1-log') ?? '';
  t.ok(log.length < 600_000);
  t.match(log, /^\(\d+ bytes before this are left out\)\nan old line/);
  t.match(log, /the last line\n$/);
});

t.test('nothing is there: it says so and packs what it can', async (t) => {
  const dir = t.testdir();
  const made = {
    dir,
    configDir: join(dir, 'no'),
    stateDir: join(dir, 'no'),
    runDir: nowhere,
    node: 'nodea',
  };
  const { code, file } = await pack(made);
  t.equal(code, 0);
  const files = unpack(dir, file);
  t.match(files.get('check.txt'), 'nothing would be started');
  t.match(files.get('config/ha.cf'), 'cannot be read');
});

t.test('a file that is there stays as it is', async (t) => {
  const made = box(t);
  writeFileSync(join(made.dir, 'support.tar.gz'), 'mine');
  const { code, errors, file } = await pack(made);
  t.equal(code, 1);
  t.match(errors, [/is there already: name another file/]);
  t.equal(readFileSync(file, 'utf8'), 'mine');
});
