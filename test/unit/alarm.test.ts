import { readFileSync } from 'node:fs';
import t from 'tap';
import { type Alarm, alarmKinds } from '../../firmware-agent/alarm/alarm.ts';
import { Alarms } from '../../firmware-agent/alarm/alarms.ts';
import type { Run, RunResult } from '../../firmware-agent/resources/script.ts';
import { FakeTimers } from './support/fake-box.ts';

const well: RunResult = { code: 0, signal: null, forced: null, output: '', last: '' };
const ill: RunResult = { ...well, code: 7, last: 'no route to the mail server' };

interface Child {
  readonly command: string;
  readonly run: Run;
  readonly end: (result?: RunResult) => Promise<void>;
}

/** Promises go on between turns, not in `pass`. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function setUp(commands: readonly string[] = ['sms']) {
  const timers = new FakeTimers();
  const lines: string[] = [];
  const children: Child[] = [];
  const alarms = new Alarms({
    commands,
    node: 'alpha',
    peer: 'beta',
    log: (level, text) => lines.push(`${level}: ${text}`),
    timers,
    wallClock: () => new Date(timers.now()),
    run: (run) =>
      new Promise((resolve) => {
        const end = (result = well) => {
          resolve(result);
          return turn();
        };
        children.push({ command: run.args[3] ?? '', run, end });
      }),
  });
  const pass = async (time: number): Promise<void> => {
    timers.pass(time);
    await turn();
  };
  /** What the commands got, as `kind level text`, all of them ending well. */
  const heard = async (time = 0): Promise<string[]> => {
    const from = children.length;
    await pass(time);
    for (let next = from; next < children.length; next += 1) await children[next]?.end();
    return children.slice(from).map(({ run }) => {
      const { kind, level, text } = eventOf(run);
      return `${kind} ${level} ${text}`;
    });
  };
  return { alarms, timers, lines, children, pass, heard };
}

function eventOf(run: Run | undefined) {
  return JSON.parse(run?.args[4] ?? 'null');
}

const peerDead: Alarm = { kind: 'peer-dead', level: 'crit', text: 'beta is dead', facts: { silence: 2010 } };
const peerBack: Alarm = { ...peerDead, level: 'cleared', text: 'beta is back', facts: {} };

function cable(of: string, level: 'warning' | 'cleared'): Alarm {
  return {
    kind: 'link-lost',
    level,
    text: `${of} ${level === 'cleared' ? 'works' : 'is dead'}`,
    facts: { of },
  };
}

t.test('a log line and a run of every command, none in the turn of the caller', async (t) => {
  const { alarms, timers, lines, children, pass } = setUp(['sms', 'mail root']);
  await pass(1_000);
  alarms.raise(peerDead);
  t.same(lines, ['CRIT: ALARM peer-dead: beta is dead']);
  await turn();
  t.same(children, [], 'addresses come first');
  await pass(0);
  t.same(
    children.map(({ command }) => command),
    ['sms', 'mail root'],
  );
  for (const { run } of children) {
    t.same(eventOf(run), {
      version: 1,
      time: '1970-01-01T00:00:01.000Z',
      node: 'alpha',
      peer: 'beta',
      kind: 'peer-dead',
      level: 'crit',
      text: 'beta is dead',
      facts: { silence: 2010 },
    });
    t.match(run.environment, { TWINBEAT_ALARM: 'peer-dead', TWINBEAT_LEVEL: 'crit' });
    t.equal(run.limit, 30_000);
  }
  alarms.raise(cable('ttyS0', 'warning'));
  alarms.raise(peerBack);
  t.same(lines.slice(1), [
    'WARN: ALARM link-lost: ttyS0 is dead',
    'info: ALARM peer-dead cleared: beta is back',
  ]);
  for (const child of children) await child.end();
  t.equal(timers.pending, 0, 'nothing is left behind by the first two');
});

t.test('what stands', async (t) => {
  const { alarms, lines, pass } = setUp([]);
  alarms.raise(peerBack);
  t.same(lines, [], 'nothing to clear, nothing to tell');
  alarms.raise(cable('ttyS0', 'warning'));
  await pass(1_000);
  alarms.raise(cable('eth1', 'warning'));
  alarms.raise(peerDead);
  await pass(1_000);
  alarms.raise({ ...peerDead, text: 'beta is dead and fenced' });
  const stands = () => alarms.standing().map(({ since, text }) => `${since.slice(17, 19)} ${text}`);
  t.same(stands(), ['00 ttyS0 is dead', '01 eth1 is dead', '01 beta is dead and fenced']);
  alarms.raise(cable('ttyS0', 'cleared'));
  alarms.raise(peerBack);
  t.same(stands(), ['01 eth1 is dead'], 'each cable for itself');
});

t.test('a cable that flaps is told twice a minute, and how it is in the end', async (t) => {
  for (const [last, end] of [
    ['cleared', 'works'],
    ['warning', 'is dead'],
  ] as const) {
    const { alarms, lines, heard, timers } = setUp();
    const told: string[] = [];
    for (let count = 0; count < 200; count += 1) {
      alarms.raise(cable('ttyS0', count % 2 === 0 ? 'warning' : 'cleared'));
      told.push(...(await heard(1_000)));
    }
    alarms.raise(cable('ttyS0', 'warning'));
    alarms.raise(cable('ttyS0', last));
    told.push(...(await heard(120_000)));
    t.ok(told.length <= 10, `${told.length} of 202 told in 200 s`);
    t.equal(lines.length, told.length, 'in the log as to the commands');
    t.equal(told.at(-1), `link-lost ${last} ttyS0 ${end}`);
    t.same(
      told.filter((text, index) => text === told[index - 1]),
      [],
      'never the same state twice running',
    );
    t.equal(timers.pending, 0);
  }
});

t.test('the same once in a minute; another cable, another text, another level at once', async (t) => {
  const { alarms, heard } = setUp();
  alarms.raise(peerDead);
  alarms.raise(peerDead);
  alarms.raise({ ...peerDead, level: 'warning' });
  alarms.raise({ ...peerDead, text: 'beta is dead and fenced' });
  alarms.raise(cable('ttyS0', 'warning'));
  alarms.raise(cable('eth1', 'warning'));
  t.equal((await heard()).length, 5);
  alarms.raise(cable('ttyS0', 'warning'));
  t.same(await heard(60_000), [], 'what was told last is not held back, but left out');
  alarms.raise(cable('ttyS0', 'warning'));
  t.same(await heard(), ['link-lost warning ttyS0 is dead'], 'a reminder a minute later');
});

t.test('one run at a time, in order; a slow command does not delay another', async (t) => {
  const { alarms, children, pass } = setUp(['slow', 'quick']);
  alarms.raise(peerDead);
  alarms.raise(peerBack);
  await pass(0);
  await children[1]?.end();
  t.same(
    children.map(({ command, run }) => `${command} ${eventOf(run).level}`),
    ['slow crit', 'quick crit', 'quick cleared'],
  );
  await pass(20_000);
  t.equal(children.length, 3);
  await children[0]?.end();
  t.equal(eventOf(children[3]?.run).level, 'cleared');
});

t.test('64 alarms wait; how many were dropped is told with the next', async (t) => {
  const { alarms, lines, children, pass } = setUp();
  const raise = (number: number) => alarms.raise({ ...peerDead, text: `alarm ${number}` });
  raise(0);
  await pass(0);
  for (let number = 1; number <= 70; number += 1) raise(number);
  t.same(
    lines.filter((line) => line.startsWith('WARN')),
    ['WARN: alarm command sms: 64 alarms wait for it: the oldest are dropped.'],
    'said once',
  );
  for (let next = 0; next < children.length; next += 1) await children[next]?.end();
  const events = children.map(({ run }) => eventOf(run));
  t.equal(events.length, 65);
  t.match(events[0], { text: 'alarm 0', dropped: undefined });
  t.match(events[1], { text: 'alarm 7', dropped: 6 });
  t.match(events[2], { text: 'alarm 8', dropped: undefined });
  t.match(events[64], { text: 'alarm 70', dropped: undefined });
});

t.test('a command that fails is run three times in all, and the next alarm tells the loss', async (t) => {
  const { alarms, lines, children, pass } = setUp();
  alarms.raise(peerDead);
  alarms.raise(peerBack);
  await pass(0);
  await children[0]?.end(ill);
  t.equal(children.length, 1, 'not at once');
  await pass(5_000);
  await children[1]?.end({ ...ill, code: null, forced: 'limit' });
  await pass(5_000);
  await children[2]?.end(ill);
  t.same(
    lines.filter((line) => line.startsWith('WARN')),
    [
      'WARN: alarm command sms: peer-dead (crit): return code 7 (no route to the mail server): trying again.',
      'WARN: alarm command sms: peer-dead (crit): did not end within 30 s and was killed (no route to the mail server): trying again.',
      'WARN: alarm command sms: peer-dead (crit): return code 7 (no route to the mail server): given up.',
    ],
  );
  t.equal(children.length, 4);
  t.match(eventOf(children[3]?.run), { level: 'cleared', dropped: 1 });
});

t.test('the end of the agent: what is held is told, what waits is run, what hangs is ended', async (t) => {
  const { alarms, lines, children, pass, timers } = setUp();
  alarms.raise(cable('ttyS0', 'warning'));
  alarms.raise(cable('ttyS0', 'cleared'));
  await pass(0);
  await children[0]?.end();
  await children[1]?.end();
  alarms.raise(cable('ttyS0', 'warning'));
  const closed = alarms.close(2_000);
  await turn();
  t.match(eventOf(children[2]?.run), { level: 'warning', text: 'ttyS0 is dead' });
  t.notOk(children[2]?.run.signal?.aborted);
  await pass(2_000);
  t.ok(children[2]?.run.signal?.aborted);
  await children[2]?.end({ ...ill, code: null, forced: 'abort', last: '' });
  await closed;
  t.equal(lines.at(-1), 'WARN: alarm command sms: link-lost (warning): ended at the stop: given up.');
  alarms.raise(peerDead);
  await pass(60_000);
  t.equal(children.length, 3, 'nothing is run any more');
  t.equal(timers.pending, 0);
});

t.test('the README documents every kind', async (t) => {
  const readme = readFileSync(new URL('../../firmware-agent/alarm/README.md', import.meta.url), 'utf8');
  const documented = [...readme.matchAll(/^\| `(.*?)` \| (?:crit|warning): .+ \| .+ \|$/gm)];
  t.same(
    documented.map(([, kind]) => kind),
    alarmKinds,
  );
});
