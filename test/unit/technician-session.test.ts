import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { menu } from '../../firmware-agent/console/technician/commands.ts';
import { until } from './support/children.ts';
import { healthy } from './support/healthy-report.ts';
import { fakeAgent, hash, quickTiming, sitDown } from './support/technician.ts';

const QUESTION = /yes or no: $/;
const PROMPT = /nodea> $/;

t.test('the banner says who serves, and help has one line for each command', async (t) => {
  const { runDir } = await fakeAgent(t);
  const human = await sitDown(t, { runDir });
  t.match(human.shown(), /nodea \(here\): active, serves everything\r\nnodeb: active, serves nothing, heard/);
  t.match(human.shown(), /Type help for the commands/);
  const last = /\(!\) asks first\. Ctrl-C ends a command\.\s+"help log" tells more\.\r\nnodea> $/;
  for (const columns of [80, 40]) {
    const shown = await human.say(`size ${columns} 0\rhelp\r`, last);
    for (const { name } of menu) t.match(shown, new RegExp(`^${name} .*\\r$`, 'm'));
    t.equal(shown.split('\r\n').length, menu.length + (columns === 80 ? 5 : 6), `${columns} columns`);
  }
  await human.say('size 80 24\r', PROMPT);
  t.notMatch(await human.say('help\r', /[>-] $/), 'more: Enter', 'one page');
});

t.test('a word that is no command is answered with what was meant', async (t) => {
  const { runDir } = await fakeAgent(t);
  const human = await sitDown(t, { runDir });
  t.match(await human.say('lniks\r', PROMPT), 'There is no lniks; did you mean links? Type help.');
  t.match(await human.say('xyzzy\r', PROMPT), 'There is no xyzzy. Type help.');
  t.match(await human.say(`${'y'.repeat(300)}\r`, PROMPT), 'too long: dropped');
  t.match(await human.say('stat\r', PROMPT), /cables: /, 'the only one that begins so');
  t.match(await human.say('take\r', PROMPT), 'There is no take', 'but nothing that acts');
});

t.test('what acts shows what would move, and only a yes that was typed afterwards does it', async (t) => {
  const { runDir, done } = await fakeAgent(t);
  const human = await sitDown(t, { runDir });
  const shown = await human.say('standby\r', QUESTION);
  t.match(shown, /From nodea to nodeb:\r\n {2}10.0.0.100 nginx\r\nnodeb: active/);
  t.match(await human.say('no\r', PROMPT), 'Nothing is done');
  await human.say('standby\r', QUESTION);
  t.match(await human.say('y\r', QUESTION), 'y');
  t.match(await human.say('yes please\r', QUESTION), 'yes please');
  t.match(await human.say('\r', PROMPT), 'Neither yes nor no');
  t.strictSame(done, []);
  await human.say('standby local\r', QUESTION);
  t.match(
    await human.say(' YES \r\n', PROMPT),
    /Ctrl-C does not stop the move\.\r\ndid standby local\r\ntakeover brings it back\./,
  );
  t.strictSame(done, ['standby local']);
  for (const [line, wish] of [
    ['takeover confirm', 'confirm'],
    ['arp', 'announce'],
    ['fence-ack nodeb', 'fence-ack nodeb'],
  ] as const) {
    await human.say(`${line}\r`, QUESTION);
    await human.say('yes\r', PROMPT);
    t.equal(done.at(-1), wish);
  }
  t.match(await human.say('takeover\r', PROMPT), 'Nothing would move: nodea has all of that already');
  t.match(await human.say('standby foreign\r', PROMPT), 'Nothing would move');
});

t.test('a yes that was typed ahead, pasted, or followed by anything is none', async (t) => {
  const { runDir, done } = await fakeAgent(t);
  const human = await sitDown(t, { runDir });
  await human.say('standby\ryes\ryes\r', QUESTION);
  t.match(await human.say('\x03', PROMPT), '^C');
  t.match(await human.say('status\rstandby\n', QUESTION), 'Move it to nodeb now?');
  t.match(await human.say('yes\ryes\r', PROMPT), 'More was typed with the answer');
  await human.say('standby\r', QUESTION);
  t.match(await human.say('yes\r\nlinks\r\n', PROMPT), 'More was typed');
  await human.say('standby\r', /Move it to nodeb now/);
  for (let n = 0; n < 20; n += 1) {
    human.type('yes\r');
    await new Promise((resolve) => setTimeout(resolve, quickTiming.silence / 4));
  }
  await human.say('', QUESTION);
  await human.say('no\r', PROMPT);
  t.strictSame(done, []);
});

t.test('a line that is never quiet answers nothing', async (t) => {
  const { runDir, done } = await fakeAgent(t);
  const human = await sitDown(t, { runDir, timing: { ...quickTiming, patience: 150 } });
  human.type('standby\r');
  const noise = setInterval(() => human.type(new Uint8Array([0, 0xff, 0x79])), 10);
  t.teardown(() => clearInterval(noise));
  await human.say('', /This line is never quiet: nothing is done/);
  t.strictSame(done, []);
});

t.test('thousands of pasted lines of anything move nothing', async (t) => {
  const { runDir, done } = await fakeAgent(t);
  const human = await sitDown(t, { runDir, size: { columns: 80, rows: 0 } });
  const words = [
    'standby',
    'takeover',
    'takeover confirm',
    'arp',
    'fence-ack nodeb',
    'reboot',
    'yes',
    'no',
    'y',
    '',
  ];
  const some = (n: number) => words[(n * 7919 + (n >> 3)) % words.length];
  const lines = Array.from({ length: 5000 }, (_, n) => `${some(n)}${n % 3 === 0 ? `\r\nyes` : ''}`);
  human.type(`${lines.join('\r')}\r`);
  await human.say('', QUESTION);
  human.type(`no\r${lines.join('\n')}\n`);
  await human.say('', PROMPT);
  for (const line of lines.slice(0, 500)) {
    human.type(`${line}\r`);
    if (line === 'no') await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await new Promise((resolve) => setTimeout(resolve, 10 * quickTiming.silence));
  t.strictSame(done, []);
});

t.test('Ctrl-C drops a line, and ends what prints for ever', async (t) => {
  const dir = t.testdir({ 'ha-log': 'old\n' });
  const path = join(dir, 'ha-log');
  const { runDir } = await fakeAgent(t, {
    status: { ...healthy, parameters: { logfile: path } },
  });
  const human = await sitDown(t, { runDir });
  t.match(await human.say('standby\x03\r', PROMPT), /^standby\^C\r\nnodea> \r\nnodea> $/);
  await human.say('log follow\r', /until Ctrl-C/);
  for (let n = 0; n < 50; n += 1) appendFileSync(path, `line ${n}\n`);
  await human.say('', /line 49\r\n$/);
  writeFileSync(path, 'begun anew\n');
  await human.say('', /begun anew\r\n$/);
  t.match(await human.say('\x03', PROMPT), /^\^C\r\nnodea> $/);
  appendFileSync(path, 'nobody sees this\n');
  t.notMatch(await human.say('status\r', PROMPT), 'nobody');
});

t.test('a terminal that takes nothing holds up little, and Ctrl-C is heard all the same', async (t) => {
  const lines = Array.from({ length: 5000 }, (_, n) => `line ${n} ${'x'.repeat(60)}`).join('\n');
  const dir = t.testdir({ 'ha-log': lines });
  const { runDir } = await fakeAgent(t, {
    status: { ...healthy, parameters: { logfile: join(dir, 'ha-log') } },
  });
  const human = await sitDown(t, { runDir, size: { columns: 80, rows: 0 } });
  await human.say('size 80 0\r', PROMPT);
  const before = human.shown().length;
  human.stall(true);
  human.type('log 3000\r');
  await new Promise((resolve) => setTimeout(resolve, 300));
  human.type('\x03');
  await new Promise((resolve) => setTimeout(resolve, 50));
  human.stall(false);
  await until(() => PROMPT.test(human.shown().slice(before)));
  t.match(human.shown(), PROMPT);
  t.ok(human.shown().length - before < 10_000, `${human.shown().length - before} characters`);
});

t.test('what is longer than the screen stops there', async (t) => {
  const dir = t.testdir({ 'ha-log': Array.from({ length: 100 }, (_, n) => `line ${n}`).join('\n') });
  const { runDir } = await fakeAgent(t, {
    status: { ...healthy, parameters: { logfile: join(dir, 'ha-log') } },
  });
  const human = await sitDown(t, { runDir, size: { columns: 40, rows: 12 } });
  t.match(await human.say('log\r', PROMPT), /line 91\r\n.*line 99\r\n\(more/s, 'the newest page first');
  const page = await human.say('log 100\r', /more: Enter, or q -- $/);
  t.match(page, /line 0\r\n.*line 10\r\n-- more/s);
  t.match(await human.say('\r', /more: Enter, or q -- $/), /line 21\r\n-- more/);
  t.match(await human.say('q\r', PROMPT), /^q\r\nnodea> $/);
  await human.say('log 100\r', /more: Enter, or q -- $/);
  t.match(await human.say('version\r', PROMPT), /nodea> version\r\nTwinbeat/, 'another command');
  await human.say('log 100\r', /more: Enter, or q -- $/);
  t.match(await human.say('\x03', PROMPT), /^\^C\r\nnodea> $/);
});

t.test('Ctrl-D, quit, and the end of the line end the session', async (t) => {
  const { runDir, notes } = await fakeAgent(t);
  for (const [typed, why] of [
    ['\x04', 'logout'],
    ['exit\r', 'logout'],
    ['', 'the line is gone'],
  ] as const) {
    const human = await sitDown(t, { runDir });
    if (typed === '') {
      human.type('stat');
      human.session.typing.close();
    } else human.type(typed);
    t.equal(await human.ended, 0);
    t.equal(notes.at(-1), `console in a shell: ends: ${why}`);
  }
});

t.test('the cable is pulled in the middle of a question, or of a command', async (t) => {
  const { runDir, done, notes } = await fakeAgent(t);
  const human = await sitDown(t, { runDir });
  await human.say('standby\r', QUESTION);
  human.type('yes');
  human.session.typing.close();
  t.equal(await human.ended, 0);
  const other = await sitDown(t, { runDir });
  other.type('standby\r');
  other.session.typing.close();
  await other.ended;
  t.strictSame(done, []);
  t.match(notes.at(-1), 'the line is gone');
});

t.test('nobody types for a while: logged out', async (t) => {
  const { runDir, notes } = await fakeAgent(t);
  // The prompt may be followed by its end before this is awake again.
  const human = await sitDown(t, { runDir, idle: 300, first: /> / });
  t.equal(await human.ended, 0);
  t.match(human.shown(), /Nobody typed for a while: logged out\.\r\n$/);
  t.match(notes.at(-1), 'nobody typed for a while');
  const stuck = await sitDown(t, { runDir, idle: 300, first: /> / });
  stuck.stall(true);
  stuck.type('help\r');
  t.equal(await stuck.ended, 0, 'also where the line takes nothing any more');
});

t.test('a session and what is typed in it are events; what is no command is none', async (t) => {
  const { runDir, notes } = await fakeAgent(t, { password: await hash('correct horse') });
  const human = await sitDown(t, { runDir, port: '/dev/ttyS1' });
  await human.say('links\r', PROMPT);
  await human.say('xyzzy\r', PROMPT);
  await human.say('arp\r', /Password .*: $/);
  await human.say('correct horse\r', QUESTION);
  await human.say('no\r', PROMPT);
  human.type('quit\r');
  await human.ended;
  t.strictSame(
    notes.map((note) => note.replace('console /dev/ttyS1: ', '')),
    ['begins', 'links', 'arp', 'right password', 'answered no', 'quit', 'ends: logout'],
  );
});

t.test('more than a hundred lines are not noted, and told as left out', async (t) => {
  const agent = await fakeAgent(t);
  const human = await sitDown(t, { runDir: agent.runDir });
  for (let n = 0; n < 120; n += 1) await human.say('quit now\r'.replace('quit now', 'version'), PROMPT);
  await until(() => agent.notes.length === 100);
  for (let n = 0; n < 11; n += 1) agent.forgive();
  await human.say('version\r', PROMPT);
  await until(() => agent.notes.length > 100);
  t.match(agent.notes.at(-1), /version \(21 more lines were left out before it\)/);
});

t.test('what is pasted while a command runs is carried out afterwards, up to a bound', async (t) => {
  const { runDir } = await fakeAgent(t);
  const human = await sitDown(t, { runDir });
  const shown = await human.say('version\rversion\nversion\r\n', /(version\r\nTwinbeat.*){3}nodea> $/s);
  t.match(shown, /nodea> version\r\nTwinbeat/);
  human.type(`version\r${'x'.repeat(70)}\r`.repeat(100));
  t.match(await human.say('', /characters too many at once: dropped/), /There is no x+/);
  await human.say('\r', PROMPT);
});

t.test('without an agent looking works, and nothing is noted', async (t) => {
  const dir = t.testdir({
    'ha.cf': `node nodea nodeb\nlogfile ${t.testdirName}/ha-log\n`,
    'ha-log': 'line 1\n',
  });
  const human = await sitDown(t, { configDir: dir, stateDir: dir, runDir: '/nowhere' });
  t.match(human.shown(), /no agent answers on.*Looking works/s);
  t.match(await human.say('log\r', PROMPT), 'line 1');
  t.match(await human.say('standby\r', PROMPT), 'no agent answers');
  t.match(await human.say('events\r', PROMPT), 'No events are kept');
  human.type('quit\r');
  t.equal(await human.ended, 0);
});
