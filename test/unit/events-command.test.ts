import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { events } from '../../firmware-agent/console/commands/events.ts';
import { parseSince } from '../../firmware-agent/events/since.ts';

process.env.TZ = 'Europe/Berlin';

const now = new Date(2026, 10, 21, 12, 0, 0);

t.test('--since takes what people write', async (t) => {
  const cases: [string, Date | null][] = [
    ['11:30', new Date(2026, 10, 21, 11, 30)],
    ['23:14:07', new Date(2026, 10, 20, 23, 14, 7)],
    ['2026-11-20', new Date(2026, 10, 20)],
    ['2026-11-20 08:15', new Date(2026, 10, 20, 8, 15)],
    ['2026-11-20T08:15:01Z', new Date(Date.UTC(2026, 10, 20, 8, 15, 1))],
    ['90s', new Date(2026, 10, 21, 11, 58, 30)],
    ['90m', new Date(2026, 10, 21, 10, 30)],
    ['2d', new Date(2026, 10, 19, 12, 0)],
    ['today', new Date(2026, 10, 21)],
    ['Yesterday', new Date(2026, 10, 20)],
    ['25:00', null],
    ['11:60', null],
    ['2026-13-01', null],
    ['soon', null],
    ['', null],
    ['5', null],
  ];
  for (const [text, expected] of cases) t.strictSame(parseSince(text, now), expected, text);
});

/** The command's whole output. */
async function run(stateDir: string, options = {}) {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await events({ stateDir, configDir: '', runDir: '' }, options, {
    terminal: { out: (line) => lines.push(line), err: (line) => errors.push(line), screen: null },
  });
  return { code, lines, errors };
}

const kept = [
  { time: '2026-11-20T22:14:07.000Z', kind: 'acquired', text: 'took over \x1b[2J10.78.0.100', facts: {} },
  { time: '2026-11-20T23:14:07.000Z', kind: 'peer-up', text: 'nodea is heard', facts: { peer: 'nodea' } },
];

t.test('without an agent: the day where it changes, the time, the sentence', async (t) => {
  const dir = t.testdir({ events: kept.map((event) => `${JSON.stringify(event)}\n`).join('') });
  t.strictSame(await run(dir), {
    code: 0,
    lines: ['2026-11-20', '23:14:07 took over ?[2J10.78.0.100', '2026-11-21', '00:14:07 nodea is heard'],
    errors: [],
  });
  const json = await run(dir, { json: true });
  t.strictSame(
    json.lines.map((line) => JSON.parse(line)),
    kept,
    'for programs, one object a line',
  );
});

t.test('--since leaves out what was before, and says where nothing is left', async (t) => {
  const dir = t.testdir({ events: kept.map((event) => `${JSON.stringify(event)}\n`).join('') });
  t.strictSame((await run(dir, { since: '2026-11-21' })).lines, ['2026-11-21', '00:14:07 nodea is heard']);
  t.strictSame(await run(dir, { since: '2099-01-01' }), {
    code: 0,
    lines: [],
    errors: ['nothing happened since then'],
  });
  t.match(await run(dir, { since: 'soon' }), {
    code: 1,
    lines: [],
    errors: [/^--since soon: write for example/],
  });
});

t.test('where nothing is kept, or cannot be read, the code is 1 and the mend is said', async (t) => {
  const dir = t.testdir();
  t.match(await run(dir), { code: 1, errors: [/^no events are kept in .*--state-dir/] });
  mkdirSync(join(dir, 'events'));
  t.match(await run(dir), { code: 1, errors: [/cannot be read: EISDIR/] });
});

t.test('damaged lines are counted', async (t) => {
  const dir = t.testdir();
  writeFileSync(join(dir, 'events'), `${JSON.stringify(kept[1])}\n{"time":"20`);
  t.match(await run(dir), { code: 0, lines: { length: 2 }, errors: ['1 line(s) were damaged and left out'] });
});
