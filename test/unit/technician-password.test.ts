import { execFile } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { parseHash } from '../../firmware-agent/config/password.ts';
import { Problem } from '../../firmware-agent/config/values.ts';
import { withoutSecrets } from '../../firmware-agent/console/support/configuration.ts';
import { Secrets } from '../../firmware-agent/console/support/secrets.ts';
import { consoleHandlers } from '../../firmware-agent/console/technician/agent-side.ts';
import { PasswordGate } from '../../firmware-agent/console/technician/password-gate.ts';
import { hashOf, isPassword } from '../../firmware-agent/console/technician/scrypt.ts';
import type { Happened } from '../../firmware-agent/events/event.ts';
import { fakeAgent, hash, sitDown } from './support/technician.ts';

const ASKED = /Password \(Enter alone: give up\): $/;
const QUESTION = /yes or no: $/;
const PROMPT = /nodea> $/;

t.test('a hash knows its password, however an accent was typed, and no other', async (t) => {
  const known = await hash('Caf\u00e9 12');
  t.ok(await isPassword('Caf\u00e9 12', known));
  t.ok(await isPassword('Cafe\u0301 12', known));
  t.notOk(await isPassword('Cafe 12', known));
  t.notOk(await isPassword('', known));
  t.not((await hash('Caf\u00e9 12')).hash, known.hash, 'each has its own salt');
});

t.test('after wrong ones the next is looked at later and later; a right one ends that', async (t) => {
  let now = 0;
  const known = await hash('the right one');
  const gate = new PasswordGate({ hash: () => known, now: () => now });
  const waits: number[] = [];
  for (let n = 0; n < 7; n += 1) {
    const verdict = await gate.judge('wrong');
    if (verdict.is !== 'wrong') t.fail(verdict.is);
    else waits.push(verdict.wait);
    now += gate.wait - 1;
    t.strictSame(await gate.judge('the right one'), { is: 'early', wait: 1000 }, 'not even looked at');
    now += 1;
  }
  t.strictSame(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  const both = await Promise.all([gate.judge('the right one'), gate.judge('the right one')]);
  t.strictSame(
    both.map(({ is }) => is),
    ['right', 'early'],
    'one at a time',
  );
  t.match(await gate.judge('wrong'), { wait: 1000 });
});

t.test('at a port what acts asks for the password, once in a session, and shows nothing of it', async (t) => {
  const { runDir, done } = await fakeAgent(t, { password: await hash('the right one') });
  const human = await sitDown(t, { runDir, port: '/dev/ttyS1' });
  t.match(await human.say('status\r', PROMPT), /cables/, 'looking needs none');
  await human.say('standby\rthe right one\r', ASKED);
  t.match(await human.say('\r', PROMPT), 'No password is given.\r\nstandby: nothing is done.');
  await human.say('standby\r', ASKED);
  await human.say('the right one\r', QUESTION);
  await human.say('yes\r', /did standby all\r\n.*nodea> $/s);
  await human.say('arp\r', QUESTION);
  await human.say('yes\r', PROMPT);
  t.strictSame(done, ['standby all', 'announce']);
  t.notMatch(human.shown(), 'the right one');
});

t.test('pulling the cable after wrong ones wins nothing', async (t) => {
  const agent = await fakeAgent(t, { password: await hash('the right one') });
  const port = '/dev/ttyS1';
  const human = await sitDown(t, { runDir: agent.runDir, port });
  await human.say('standby\r', ASKED);
  t.match(await human.say('wrong\r', /Wait/), /\r\nWrong\. Wait 1 s \.\.\.\r\n$/);
  human.session.typing.close();
  await human.ended;
  t.match(agent.notes.at(-2), 'wrong password');
  const next = await sitDown(t, { runDir: agent.runDir, port });
  t.match(await next.say('standby\r', /Wait/), 'The last password was wrong. Wait 1 s');
  agent.forgive();
  await next.say('', ASKED);
  await next.say('wrong\r', /Wait/);
  agent.forgive();
  await next.say('', ASKED);
  t.match(next.shown(), /\r\nWrong\. Wait 2 s \.\.\.\r\nPassword/, 'told once, above the question');
});

t.test('five wrong ones end the session', async (t) => {
  const agent = await fakeAgent(t, { password: await hash('the right one'), isForgiving: true });
  const human = await sitDown(t, { runDir: agent.runDir, port: '/dev/ttyS1' });
  human.type('standby\r');
  for (let n = 0; n < 5; n += 1) {
    await human.say('', ASKED);
    await human.say(`wrong ${n}\r`, /Wrong/);
  }
  t.equal(await human.ended, 0);
  t.match(human.shown(), /Too many wrong passwords: the session ends.\r\nstandby: nothing is done.\r\n$/);
  t.strictSame(agent.done, []);
});

t.test('login asks before anything is shown, and lets nobody in without', async (t) => {
  const { runDir, notes } = await fakeAgent(t, { password: await hash('the right one') });
  const human = await sitDown(t, { runDir, port: '/dev/ttyS1', login: true });
  t.notMatch(human.shown(), 'active');
  human.type('\r');
  t.equal(await human.ended, 1);
  t.match(notes.at(-1), 'nobody was let in');
  const other = await sitDown(t, { runDir, port: '/dev/ttyS1', login: true });
  t.match(await other.say('the right one\r', PROMPT), /nodea \(here\): active/);
  await other.say('standby\r', QUESTION);
});

t.test('nobody is let in or acts while no agent can judge', async (t) => {
  const options = { runDir: '/nowhere', port: '/dev/ttyS1' };
  const human = await sitDown(t, options);
  t.match(await human.say('reboot\r', PROMPT), /Nobody can check a password now/);
  const { shown, ended } = await sitDown(t, { ...options, login: true, first: /now\.\r\n$/ });
  t.equal(await ended, 1);
  t.match(shown(), /Nobody can check a password now/);
});

t.test('without a password in twinbeat.cf none is asked for; in a shell neither', async (t) => {
  const free = await fakeAgent(t);
  await (await sitDown(t, { runDir: free.runDir, port: '/dev/ttyS1' })).say('standby\r', QUESTION);
  const guarded = await fakeAgent(t, { password: await hash('the right one') });
  await (await sitDown(t, { runDir: guarded.runDir })).say('standby\r', QUESTION);
});

const main = join(import.meta.dirname, '../../firmware-agent/main.ts');

/** What `twinbeat passwd` makes of this input. */
function passwd(input: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile('env', ['-i', process.execPath, main, 'passwd'], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
    child.stdin?.end(input);
  });
}

t.test('passwd makes the line for twinbeat.cf of the first line that it reads', async (t) => {
  const { code, out } = await passwd('the right one\r\nmore\n');
  t.equal(code, 0);
  const [, text = ''] = /^password (\S+)\n$/.exec(out) ?? [];
  const parsed = parseHash(text);
  t.ok(!(parsed instanceof Problem) && (await isPassword('the right one', parsed)));
  t.match(await passwd('short\n'), { code: 1, out: '', err: 'A password has 6 to 200 characters' });
});

t.test('what the agent announces is what runs here, and nothing else', async (t) => {
  const resource = (text: string, state: 'running' | 'stopped') => ({ text, state, detail: null });
  const announced: string[] = [];
  const handlers = (...resources: ReturnType<typeof resource>[]) =>
    consoleHandlers({
      password: () => null,
      now: () => 0,
      note: () => {},
      groups: () => [{ resources }],
      announce: () => announced.push('all'),
      examine: async () => [],
    });
  const some = handlers(
    resource('IPaddr::10.0.0.1/24/eth0', 'running'),
    resource('IPv6addr::fd00::1/64/eth0', 'running'),
    resource('10.0.0.2', 'stopped'),
    resource('nginx', 'running'),
  );
  t.strictSame(await some.announce(), { ok: true, text: 'Announced to the neighbours: 10.0.0.1, fd00::1.' });
  t.match(await handlers(resource('10.0.0.2', 'stopped')).announce(), { ok: false });
  t.strictSame(announced, ['all']);
});

t.test('what a console says becomes one line of bounded length', async (t) => {
  const notes: Happened[] = [];
  const it = consoleHandlers({
    password: () => null,
    now: () => 0,
    note: (happened) => notes.push(happened),
    groups: () => [],
    announce: () => {},
    examine: async () => [],
  });
  await it.note(`/dev/${'t'.repeat(500)}`, `a\nforged\x1b[2J line ${'x'.repeat(5000)}`);
  t.match(notes, [{ kind: 'console', text: /^console \/dev\/t+: a\?forged\?\[2J line x+$/ }]);
  t.ok((notes[0]?.text.length ?? 999) < 250);
});

t.test('a support file has no hash', async (t) => {
  const line = `password ${await hashOf('the right one')}`;
  const secrets = new Secrets();
  t.equal(withoutSecrets('twinbeat.cf', `bell off\n${line}\n`, secrets), 'bell off\npassword (removed)\n');
});
