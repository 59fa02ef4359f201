import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Alarm } from '../../firmware-agent/alarm/alarm.ts';
import { Alarms } from '../../firmware-agent/alarm/alarms.ts';
import { Bell } from '../../firmware-agent/alarm/bell.ts';
import { type Writing, writeToTerminal } from '../../firmware-agent/alarm/terminal.ts';
import { FakeTimers } from './support/fake-box.ts';

/** A bell at a terminal that answers as it is told; the last answer stays. */
function setUp(answers: readonly (Writing | Promise<Writing>)[] = ['written'], device = '/dev/tty9') {
  const timers = new FakeTimers();
  const log: string[] = [];
  const heard: string[] = [];
  const bell = new Bell({
    device,
    timers,
    log: (level, text) => log.push(`${level}: ${text}`),
    write: async (to, line) => {
      heard.push(to === device ? line : `not for ${to}`);
      return answers[Math.min(heard.length, answers.length) - 1] ?? 'written';
    },
  });
  const pass = async (time: number): Promise<void> => {
    timers.pass(time);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { bell, timers, log, heard, pass };
}

const rung = (text: string): string => `\r\n\x07twinbeat: ALARM: ${text}\r\n`;

t.test('a line with a bell, not in the turn of the caller', async (t) => {
  const { bell, heard, log, timers, pass } = setUp();
  bell.ring('beta is dead');
  t.same(heard, []);
  await pass(0);
  t.same(heard, [rung('beta is dead')]);
  t.same(log, []);
  t.equal(timers.pending, 0);
});

t.test('one line in ten seconds, of those that wait the newest', async (t) => {
  const { bell, heard, pass } = setUp();
  bell.ring('a');
  bell.ring('b');
  await pass(0);
  t.same(heard, [rung('b')]);
  bell.ring('c');
  await pass(9_000);
  bell.ring('d');
  await pass(999);
  t.equal(heard.length, 1);
  await pass(1);
  t.same(heard.slice(1), [rung('d')]);
  await pass(60_000);
  t.equal(heard.length, 2, 'once');
  bell.ring('e');
  await pass(0);
  t.equal(heard.length, 3, 'at once after a quiet time');
});

t.test('what the terminal does not take is told once and not tried again', async (t) => {
  const { bell, heard, log, pass } = setUp([{ failure: 'EIO: i/o error' }]);
  for (const text of ['a', 'b']) {
    bell.ring(text);
    await pass(60_000);
  }
  t.same(heard, [rung('a'), rung('b')]);
  t.same(log, ['WARN: bell /dev/tty9: an alarm was not heard there: EIO: i/o error.']);
});

t.test('a console that is not there is nothing to tell, another terminal is', async (t) => {
  for (const [device, lines] of [
    ['/dev/console', []],
    [
      '/dev/tty9',
      ['WARN: bell /dev/tty9: an alarm was not heard there: it is not there, or not a terminal.'],
    ],
  ] as const) {
    const { bell, log, pass } = setUp(['absent'], device);
    bell.ring('a');
    await pass(0);
    t.same(log, lines);
  }
});

t.test('a terminal that hangs gets no second line', async (t) => {
  const hanging = Promise.withResolvers<Writing>();
  const { bell, heard, log, pass } = setUp([hanging.promise, 'written']);
  bell.ring('a');
  await pass(10_000);
  bell.ring('b');
  await pass(10_000);
  t.same(heard, [rung('a')]);
  t.match(log, [/still busy with the line before/]);
  hanging.resolve('written');
  await pass(10_000);
  bell.ring('c');
  await pass(10_000);
  t.same(heard.slice(1), [rung('c')], 'and rings again when it is free');
});

t.test('nothing in a text commands the terminal', async (t) => {
  const { bell, heard, pass } = setUp();
  bell.ring('a\x1b[2J\x07\nb\x9b');
  await pass(0);
  t.same(heard, [rung('a?[2J??b?')]);
});

t.test('a closed bell is silent', async (t) => {
  const { bell, heard, timers, pass } = setUp();
  bell.ring('a');
  bell.close();
  bell.ring('b');
  await pass(60_000);
  t.same(heard, []);
  t.equal(timers.pending, 0);
});

t.test('alarms ring when they are crit, once, and no more after the end', async (t) => {
  const { bell, heard, timers, pass } = setUp();
  const alarms = new Alarms({ commands: [], node: 'alpha', peer: 'beta', log: () => {}, timers, bell });
  const dead: Alarm = { kind: 'peer-dead', level: 'crit', text: 'beta is dead', facts: {} };
  alarms.raise({ kind: 'link-lost', level: 'warning', text: 'ttyS0 is dead', facts: { of: 'ttyS0' } });
  await pass(10_000);
  t.same(heard, []);
  alarms.raise(dead);
  alarms.raise(dead);
  await pass(20_000);
  t.same(heard, [rung('beta is dead')]);
  alarms.raise({ ...dead, level: 'cleared', text: 'beta is back' });
  await pass(20_000);
  t.equal(heard.length, 1);
  await alarms.close();
  alarms.raise({ ...dead, text: 'beta is dead again' });
  await pass(60_000);
  t.equal(heard.length, 1);
});

t.test('what is not a terminal is left alone, and makes nobody wait', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), `twinbeat-bell-${process.pid}-`));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const path = (name: string): string => join(directory, name);
  t.equal(await writeToTerminal(path('none'), 'x'), 'absent');
  t.equal(await writeToTerminal('/dev/null', 'x'), 'absent');
  writeFileSync(path('file'), 'kept');
  t.equal(await writeToTerminal(path('file'), 'x'), 'absent');
  t.equal(readFileSync(path('file'), 'utf8'), 'kept');
  execFileSync('mkfifo', [path('fifo')]);
  t.equal(await writeToTerminal(path('fifo'), 'x'), 'absent', 'nobody reads, and it is not waited for');
  const reader = openSync(path('fifo'), constants.O_RDONLY | constants.O_NONBLOCK);
  t.equal(await writeToTerminal(path('fifo'), 'x'), 'absent');
  closeSync(reader);
  t.match(await writeToTerminal(directory, 'x'), { failure: /^EISDIR/ });
});
