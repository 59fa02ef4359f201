import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Alarm } from '../../firmware-agent/alarm/alarm.ts';
import { Alarms, type AlarmsOptions } from '../../firmware-agent/alarm/alarms.ts';
import { isGone, until } from './support/children.ts';

const alarm: Alarm = {
  kind: 'start-failed',
  level: 'crit',
  text: `it's "10.0.0.1"\n\\n $HOME \`id\` %s for München`,
  facts: { of: 'alpha IPaddr::10.0.0.1', tries: 2, taken: false, mac: null },
};

/** Commands run in a shell in which D is a directory of their own. */
function setUp(t: Test, command: string, limits: AlarmsOptions['limits'] = {}) {
  const directory = t.testdir({});
  const lines: string[] = [];
  const debug: string[] = [];
  const alarms = new Alarms({
    commands: [`D='${directory}'; ${command}`],
    node: 'alpha',
    peer: 'beta',
    log: (level, text) => {
      if (level === 'debug') debug.push(text);
      else lines.push(`${level}: ${text.replace(/^alarm command .*? \(crit\): /s, '')}`);
    },
    limits: { retryDistance: 1, ...limits },
    wallClock: () => new Date('2026-03-01T04:05:06.789Z'),
  });
  const notes = (name: string): string => readFileSync(join(directory, name), 'utf8');
  const has = (name: string): boolean => existsSync(join(directory, name));
  return { alarms, lines, debug, notes, has };
}

t.test('a command reads the event as one line of JSON', async (t) => {
  const { alarms, lines, debug, notes, has } = setUp(
    t,
    'echo loud; echo warm >&2; cat /dev/stdin > $D/input; env > $D/env; pwd > $D/cwd; touch $D/done',
  );
  process.env.OF_THE_AGENT = '1';
  alarms.raise(alarm);
  t.ok(await until(() => has('done')));
  t.match(notes('input'), /^[^\n]*\n$/);
  t.same(JSON.parse(notes('input')), {
    version: 1,
    time: '2026-03-01T04:05:06.789Z',
    node: 'alpha',
    peer: 'beta',
    ...alarm,
  });
  t.match(notes('env'), /^TWINBEAT_ALARM=start-failed$/m);
  t.match(notes('env'), /^TWINBEAT_LEVEL=crit$/m);
  t.notMatch(notes('env'), /OF_THE_AGENT/);
  t.equal(notes('cwd'), '/\n');
  await alarms.close();
  t.equal(lines.length, 1, 'nothing but the alarm is in the log');
  t.match(debug, [/: warm$/]);
  t.equal(debug.length, 1, 'what it prints on stdout goes nowhere');
});

t.test('a command that reads nothing of a big alarm', async (t) => {
  const { alarms, lines, has } = setUp(t, 'touch $D/done');
  alarms.raise({ ...alarm, text: 'x'.repeat(120_000) });
  t.ok(await until(() => has('done')));
  await alarms.close(60_000);
  t.equal(lines.length, 1, 'it did what it should');
});

t.test('an alarm that is too big for the system is an error in words', async (t) => {
  const { alarms, lines } = setUp(t, 'true');
  alarms.raise({ ...alarm, text: 'x'.repeat(200_000) });
  t.ok(await until(() => lines.length === 4));
  t.match(lines.at(-1), /^WARN: cannot be run: .*E2BIG: given up\.$/);
  await alarms.close();
});

t.test('a command that fails is tried again, and its last words are told', async (t) => {
  const { alarms, lines, notes } = setUp(
    t,
    'cat >> $D/input; echo fine; echo first >&2; echo no modem >&2; echo fine; exit 3',
  );
  alarms.raise(alarm);
  t.ok(await until(() => lines.filter((line) => line.startsWith('WARN')).length === 3));
  t.same(
    lines.filter((line) => line.startsWith('WARN')),
    [
      'WARN: return code 3 (no modem): trying again.',
      'WARN: return code 3 (no modem): trying again.',
      'WARN: return code 3 (no modem): given up.',
    ],
  );
  t.equal(notes('input').split('\n').length, 4, 'the whole event each time');
  await alarms.close();
});

t.test('a command that hangs is ended with its children, and has its grace', async (t) => {
  for (const [name, trap, obeys] of [
    ['it obeys', `trap 'touch $D/obeyed; exit' TERM;`, true],
    ['it does not', `trap '' TERM;`, false],
  ] as const) {
    const { alarms, lines, notes, has } = setUp(
      t,
      `${trap} (trap '' TERM; exec sleep 1000) & echo $! > $D/pid; while :; do sleep 0.05; done`,
      { limit: 500, grace: 500, retryDistance: 60_000 },
    );
    alarms.raise(alarm);
    t.ok(await until(() => lines.length > 1));
    t.match(lines[1], /^WARN: did not end within 0\.5 s and was killed.*: trying again\.$/, name);
    t.ok(await until(() => isGone(notes('pid'))), `${name}: its child is gone`);
    t.equal(has('obeyed'), obeys);
    await alarms.close(0);
  }
});

t.test('the end of the agent ends a command that hangs', async (t) => {
  const { alarms, lines, notes, has } = setUp(t, 'echo $$ > $D/pid; sleep 1000; true', { grace: 500 });
  alarms.raise(alarm);
  t.ok(await until(() => has('pid') && notes('pid') !== ''));
  await alarms.close(0);
  t.ok(await until(() => isGone(notes('pid'))));
  t.match(lines.at(-1), /^WARN: ended at the stop.*: given up\.$/);
});
