import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { hashOf } from '../../firmware-agent/console/technician/scrypt.ts';
import type { KeptEvent } from '../../firmware-agent/events/event.ts';
import { readEvents } from '../../firmware-agent/events/read-events.ts';
import type { Laboratory } from '../../scripts/laboratory/laboratory.ts';
import { seeded } from '../../scripts/laboratory/line.ts';
import { enterLaboratory } from '../../scripts/laboratory/privilege.ts';
import { atPipes, atTerminal } from './support/console-human.ts';
import { runningPair } from './support/running-pair.ts';

enterLaboratory();

const PORT = ['--port-name', '/dev/ttyS1'];
const PROMPT = /nodea> $/;
const PASSWORD = /Password \(Enter alone: give up\): $/;
const QUESTION = /yes or no: $/;

/** What nodea keeps of this kind. */
function kept({ nodea }: Laboratory, kind: KeptEvent['kind']): string[] {
  const { events = [] } = readEvents(join(nodea.box.directory, 'state')) ?? {};
  return events.filter((event) => event.kind === kind).map(({ text }) => text);
}

/** Whole numbers from 0 below a limit, the same in each run. */
function chance(seed: number): (below: number) => number {
  const next = seeded(seed);
  return (below) => Math.floor(next() * below);
}

t.test('a technician at the port of a running pair', async (t) => {
  const password = 'null modem 9';
  const { lab, served } = await runningPair(t, { twinbeat: [`password ${await hashOf(password)}`] });
  const { nodea } = lab;

  await t.test('types slowly, with mistakes', async (t) => {
    const human = atPipes(t, nodea, ...PORT, '--baud', '115200');
    t.match(
      await human.sees(PROMPT),
      /nodea \(here\): active, serves everything\r\nnodeb: active, serves nothing.*Type help/s,
    );
    await human.type('stauts\b\b\btus\r', 60);
    t.match(await human.sees(/cables: .*nodea> $/s), /10.78.0.100: on nodea/);
    t.match(await human.says('links\r', PROMPT), /\(serial, \d+ baud\): up, heard .*x0 \(ucast\): up/s);
    t.match(await human.says('who\r', PROMPT), /10.78.0.100: ours, here: [0-9a-f:]{17} \(\w+\)\r\n/);
    t.match(await human.says('log\r', PROMPT), /^\d\d:\d\d:\d\d (?!.*heartbeat: \[)/m);
    t.match(await human.says('log raw\r', PROMPT), 'nodea heartbeat: [');
    t.match(await human.says('events\r', PROMPT), /nodea begins, generation/);
    human.paste('quit\r');
    t.equal(await human.end(), 0);
    t.match(kept(lab, 'console'), [/ttyS1: begins$/, /ttyS1: status$/]);
  });

  await t.test('sees at the other box whose the address is', async (t) => {
    const human = atPipes(t, lab.nodeb, ...PORT);
    await human.sees(/nodeb> $/);
    const whose = /10.78.0.100: (the peer's \(nodea\), [0-9a-f:]{17}|not installed: .*)\r\nnodeb> $/;
    t.match(await human.says('who\r', /nodeb> $/), whose);
    t.match(await human.says('ping 10.78.0.11\r', /nodeb> $/), /packets transmitted|cannot ping/);
    t.match(await human.says('support\r', /KiB\..*nodeb> $/s), 'support.tar.gz');
    human.paste('quit\r');
    await human.end();
  });

  for (const [baud, columns, rows] of [
    [9600, 40, 12],
    [115_200, 80, 24],
  ] as const) {
    await t.test(`pastes fast at ${baud} baud, ${columns}x${rows}, with noise`, async (t) => {
      const human = atPipes(t, nodea, ...PORT, '--baud', String(baud));
      await human.sees(PROMPT);
      await human.says(`size ${columns} ${rows}\r`, PROMPT);
      const from = human.text.length;
      await human.send('version\rversion\nstatus\r\nversion\rlinks\r', baud);
      const shown = await human.sees(/x0 \(ucast\).*nodea> $/s, from);
      t.equal(shown.match(/the agent: /g)?.length, 3, 'each line once');
      t.ok(
        shown.split('\r\n').every((line) => line.length < columns),
        'nothing wider than the terminal',
      );
      const next = chance(baud);
      // Ctrl-D in an empty line is a logout, also where it is noise.
      const noise = Buffer.from(Array.from({ length: 1500 }, () => next(256)).filter((byte) => byte !== 4));
      await human.send(noise, baud);
      await human.send('\x03\r\x03', baud);
      t.match(await human.says('\rversion\r', /the agent: \S+\r\nnodea> $/), 'the agent');
      human.paste('quit\r');
      t.equal(await human.end(), 0);
    });
  }

  await t.test('stops at once what prints for ever', async (t) => {
    const human = atPipes(t, nodea, ...PORT, '--baud', '9600');
    await human.sees(PROMPT);
    await human.says('log follow\r', /until Ctrl-C:\r\n/);
    const lines = Array.from({ length: 2000 }, (_, n) => `line ${n} of a log that never ends`);
    appendFileSync(nodea.log.path, `${lines.join('\n')}\n`);
    await human.sees(/line 20 /);
    const from = human.text.length;
    t.match(await human.says('\x03', PROMPT), /\^C\r\nnodea> $/);
    t.ok(human.text.length - from < 1000, 'what was on its way is all that came');
    t.match(await human.says('version\r', PROMPT), 'Twinbeat');
  });

  await t.test('pulls the cable in the middle of a command and of a question', async (t) => {
    for (const typed of ['standby', 'standby\r', 'standby\ryes', 'log follow\r']) {
      const human = atPipes(t, nodea, ...PORT);
      await human.sees(PROMPT);
      human.paste(typed);
      await pause(100);
      human.child.stdin?.end();
      t.equal(await human.end(), 0, JSON.stringify(typed));
    }
    const killed = atPipes(t, nodea, ...PORT);
    await killed.sees(PROMPT);
    killed.child.kill('SIGTERM');
    await killed.end();
    t.strictSame(kept(lab, 'operator'), []);
  });

  await t.test('pastes thousands of lines of anything: nothing moves', async (t) => {
    const words = [
      'standby',
      'takeover',
      'takeover confirm',
      'arp',
      'fence-ack nodeb',
      'yes',
      'yes',
      'no',
      '',
      'q',
    ];
    for (const way of [PORT, []]) {
      const human = atPipes(t, nodea, ...way);
      await human.sees(PROMPT);
      const next = chance(7);
      const garbage = () => Array.from({ length: 1 + next(30) }, () => String.fromCharCode(32 + next(95)));
      const line = () => (next(4) === 0 ? garbage().join('') : words[next(words.length)]);
      human.paste(`${Array.from({ length: 4000 }, line).join('\r')}\r`);
      await pause(1500);
      human.paste(`${Array.from({ length: 300 }, line).join('\r\n')}\r\n`);
      await pause(1500);
      human.child.stdin?.end();
      await human.end();
    }
    t.strictSame(kept(lab, 'operator'), []);
    t.equal((await nodea.status())?.holds, 'local');
  });

  await t.test('gives a wrong password five times, and finds a delay in the next session', async (t) => {
    const human = atPipes(t, nodea, ...PORT);
    await human.sees(PROMPT);
    await human.says('standby\r', PASSWORD);
    for (let n = 0; n < 4; n += 1)
      t.match(await human.says(`wrong word ${n}\r`, PASSWORD), `Wait ${2 ** n} s`);
    human.paste('wrong word 4\r');
    t.match(await human.sees(/session ends.*nothing is done/s), 'the session ends');
    t.equal(await human.end(), 0);
    t.notMatch(human.text, 'wrong word');
    t.equal(kept(lab, 'console').filter((text) => text.endsWith('wrong password')).length, 5);
    const next = atPipes(t, nodea, ...PORT);
    await next.sees(PROMPT);
    t.match(await next.says('standby\r', /Wait \d+ s/), /Wait 1\d s/);
    t.match(await next.says('\x03', PROMPT), /nodea> $/);
    t.match(await next.says('status\r', PROMPT), 'cables', 'looking goes on');
  });

  await t.test('on a terminal of its own the settings are put back, whatever ends it', async (t) => {
    const isRaw = (settings: string) => /-icanon/.test(settings) && /-echo\b/.test(settings);
    for (const ending of ['quit\r', '\x04', 'SIGTERM', 'SIGHUP'] as const) {
      const { human, settings } = await atTerminal(t, nodea, 40, 12);
      await human.sees(PROMPT);
      t.ok(isRaw(await settings()), 'raw');
      const help = await human.says('help\r', /more: Enter, or q -- $/);
      t.ok(help.split('\r\n').length <= 13 && help.split('\r\n').every((line) => line.length < 40));
      await human.says('q\r', PROMPT);
      if (ending === 'SIGTERM' || ending === 'SIGHUP') human.child.kill(ending);
      else human.paste(ending);
      await human.end();
      t.notOk(isRaw(await settings()), JSON.stringify(ending));
    }
  });

  await t.test('makes a password, typed twice and not shown', async (t) => {
    const { human } = await atTerminal(t, nodea, 80, 24, 'passwd');
    await human.sees(/New password: $/);
    await human.type('horse 7 battery\r', 10);
    await human.sees(/The same again: $/);
    await human.type('horse 7 battery\r', 10);
    t.match(await human.sees(/reload the agent/), /\npassword scrypt:16384:8:1:\S{22}:\S{43}\r?\n/);
    t.equal(await human.end(), 0);
    t.notMatch(human.text, 'horse');
  });

  await t.test('hands over after the password and a yes, and not before', async (t) => {
    // In a shell no password is asked for, so that no delay of before is waited for.
    const { human } = await atTerminal(t, nodea, 80, 24);
    await human.sees(PROMPT);
    await human.says('arp\r', QUESTION);
    t.match(await human.says('yes\r', PROMPT), 'Announced to the neighbours: 10.78.0.100');
    t.match(
      await human.says('standby\r', QUESTION),
      /From nodea to nodeb:\r\n {2}10.78.0.100\r\nnodeb: active/,
    );
    const from = human.text.length;
    await human.type('yes\r');
    await served('nodeb');
    await human.sees(PROMPT, from);
    t.equal(kept(lab, 'operator').length, 1);
    t.match(kept(lab, 'console').slice(-2), [
      'console in a shell: standby',
      'console in a shell: answered yes',
    ]);
  });
});
