import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { initialState } from '../../firmware-agent/core/initial-state.ts';
import { EventLog } from '../../firmware-agent/events/event-log.ts';
import { readEvents } from '../../firmware-agent/events/read-events.ts';
import { ringFile } from '../../firmware-agent/events/ring-file.ts';
import { settingsOf } from './support/told-pair.ts';

function eventLog(stateDir: string) {
  const complaints: string[] = [];
  const log = new EventLog({ stateDir, log: (level, text) => complaints.push(`${level} ${text}`) });
  return { log, complaints };
}

const happened = (text: string) => ({ kind: 'operator', text, facts: { set: 'all' } }) as const;

t.test('what is noted is read again, in order, with its time and facts', async (t) => {
  const stateDir = t.testdir();
  t.equal(readEvents(stateDir), null, 'nothing yet');
  const { log, complaints } = eventLog(stateDir);
  log.note(happened('one'));
  log.note(happened('two\nlines'));
  await log.flush();
  const read = readEvents(stateDir);
  t.match(read?.events, [
    { kind: 'operator', text: 'one', facts: { set: 'all' }, time: /^\d{4}-\d\d-\d\dT.*Z$/ },
    { text: 'two\nlines' },
  ]);
  t.equal(readFileSync(join(stateDir, 'events'), 'utf8').split('\n').length, 3, 'one line each');
  t.strictSame(complaints, []);
});

t.test('why the machine booted is told once a boot', async (t) => {
  const stateDir = t.testdir();
  const told: string[] = [];
  const reset = { kind: 'watchdog-reset', text: 'the watchdog reset it', facts: {} } as const;
  for (const boot of ['first', 'first', 'second']) {
    const { log, complaints } = eventLog(stateDir);
    log.noteOfBoot(reset, boot);
    await log.flush();
    told.push(...complaints);
  }
  t.strictSame(
    readEvents(stateDir)?.events.map(({ facts }) => facts.boot),
    ['first', 'second'],
  );
  t.strictSame(told, ['WARN the watchdog reset it', 'WARN the watchdog reset it'], 'and logged as often');
});

t.test('the two files stay small, and the oldest go first', async (t) => {
  const stateDir = t.testdir();
  const sink = ringFile(stateDir, 1000);
  for (let n = 0; n < 100; n += 1) {
    const line = JSON.stringify({ time: new Date(n).toISOString(), kind: 'late', text: `${n}`, facts: {} });
    await sink.append(Buffer.from(`${line}\n`));
    for (const name of ['events', 'events.old']) {
      const path = join(stateDir, name);
      if (existsSync(path)) t.ok(statSync(path).size <= 1000, name);
    }
  }
  const texts = readEvents(stateDir)?.events.map(({ text }) => Number(text)) ?? [];
  t.equal(texts.at(-1), 99);
  t.ok(texts.length > 10, 'one whole file at least');
  t.strictSame(
    texts,
    [...texts].sort((a, b) => a - b),
    'in order across the files',
  );
});

t.test('a line that was torn stands alone: neither it nor the next harms the others', async (t) => {
  const stateDir = t.testdir();
  const first = eventLog(stateDir).log;
  first.note(happened('whole'));
  await first.flush();
  appendFileSync(join(stateDir, 'events'), '{"time":"2026-03-01T04:05:06.789Z","kind":"la');
  const second = eventLog(stateDir).log;
  second.note(happened('after'));
  second.note(happened('and after'));
  await second.flush();
  const read = readEvents(stateDir);
  t.strictSame(
    read?.events.map(({ text }) => text),
    ['whole', 'after', 'and after'],
  );
  t.equal(read?.unreadable, 1);
});

t.test('lines that are no events are counted and left out', async (t) => {
  const stateDir = t.testdir();
  writeFileSync(
    join(stateDir, 'events'),
    ['null', '[]', '{"time":"yesterday","kind":"late","text":"x"}', '{"kind":"late"}', '\0\0\0', ''].join(
      '\n',
    ),
  );
  t.strictSame(readEvents(stateDir), { events: [], unreadable: 5, endsTorn: true });
});

t.test('an end without a word is found at the next start; a last word is not', async (t) => {
  for (const [last, isTold] of [
    ['stopped', false],
    ['crashed', false],
    ['renewed', false],
    ['late', true],
    ['started', true],
  ] as const) {
    const stateDir = t.testdir();
    const before = eventLog(stateDir).log;
    before.begin();
    before.note({ kind: last, text: 'the last one', facts: {} });
    await before.flush();
    const { log } = eventLog(stateDir);
    log.begin();
    await log.flush();
    const kinds = readEvents(stateDir)?.events.map(({ kind }) => kind);
    t.strictSame(kinds, isTold ? [last, 'unclean-end'] : [last]);
  }
});

t.test('a torn last line is no last word, whatever stood before it', async (t) => {
  const stateDir = t.testdir();
  const before = eventLog(stateDir).log;
  before.note({ kind: 'stopped', text: 'in order', facts: {} });
  await before.flush();
  appendFileSync(join(stateDir, 'events'), '{"time":"2026-03-0');
  const { log } = eventLog(stateDir);
  log.begin();
  await log.flush();
  t.strictSame(
    readEvents(stateDir)?.events.map(({ kind }) => kind),
    ['stopped', 'unclean-end'],
  );
});

t.test('a state directory that does not work is complained of, and nothing throws', async (t) => {
  const stateDir = join(t.testdir({ file: '' }), 'file');
  const { log, complaints } = eventLog(stateDir);
  log.begin();
  log.note(happened('lost'));
  await log.flush(200);
  t.match(complaints, [/those before cannot be read: .*ENOTDIR/s, /cannot write to .*events: ENOTDIR/]);
});

t.test('a defect in the telling is logged once and harms nobody', async (t) => {
  const { log, complaints } = eventLog(t.testdir());
  const state = initialState(settingsOf('nodea'));
  // A state that cannot be: the recorder trips over it.
  const broken = { ...state, links: { x0: Object.create(null) } };
  for (let n = 0; n < 3; n += 1)
    log.observe({ before: state, event: { kind: 'tick', at: 1 }, after: broken, actions: [] });
  t.match(complaints, [/^ERROR events: not told: TypeError/]);
  t.equal(complaints.length, 1);
  await log.flush();
});
