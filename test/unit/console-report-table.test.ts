import { readFileSync } from 'node:fs';
import t from 'tap';
import type { StatusReport } from '../../firmware-agent/console/report.ts';
import { healthy } from './support/healthy-report.ts';

/** With something in every place. */
const full: StatusReport = {
  ...healthy,
  pings: [{ name: '10.0.0.254', status: 'ping', lastAnswer: 300 }],
  locks: [{ owner: 'nodea', path: '/dev/sdb', phase: 'held', epoch: 1, fault: null }],
  alarms: [{ kind: 'peer-dead', level: 'crit', text: 'nodeb is dead' }],
  watchdog: { device: '/dev/watchdog', armed: true, timeout: 5000, late: 0, fault: null },
};

/** Their keys are names that somebody gave. */
const free = ['parameters'];

/** The rows of README.md's table: the words in backquotes of the first column, and all of the second. */
function rows(): Map<string, string> {
  const text = readFileSync(new URL('../../firmware-agent/console/README.md', import.meta.url), 'utf8');
  const [, table = ''] = text.split('## `status --json`');
  return new Map(
    [...table.matchAll(/^\| (`.*`) +\| (.*?) *\|$/gm)].flatMap(([, names = '', meaning = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [name, meaning] as const),
    ),
  );
}

function keysWithin(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => keysWithin(entry));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    `${key}${Array.isArray(part) && part.some((entry) => typeof entry === 'object') ? '[]' : ''}`,
    // Told in a row of its own.
    ...(key === 'rejected' ? [] : keysWithin(part)),
  ]);
}

t.test('the table of the README has every key of the report, and of what is in it', async (t) => {
  const table = rows();
  const names = new Set<string>();
  for (const [key, value] of Object.entries(full)) {
    const name = Array.isArray(value) ? `${key}[]` : key;
    names.add(name);
    const meaning = table.get(name);
    t.ok(meaning !== undefined, name);
    if (free.includes(key)) continue;
    for (const within of new Set(keysWithin(value)))
      t.ok(meaning?.includes(`\`${within}\``), `${name} tells of ${within}`);
  }
  t.strictSame(
    [...table.keys()].filter((name) => !names.has(name)),
    [],
    'and no other',
  );
});
