import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import t from 'tap';
import { DIST } from '../../scripts/build/paths.ts';
import { isFresh, stamp } from '../../scripts/build/stamp.ts';

/** An hour, in milliseconds: far more than two clock readings of one test can differ. */
const HOUR = 3_600_000;

t.beforeEach((t) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinbeat-stamp-'));
  const input = join(folder, 'input');
  const output = join(folder, 'output');
  writeFileSync(input, 'source');
  writeFileSync(output, 'made of it');
  stamp(output, 'recipe', [input], Date.now() + HOUR);
  t.context = { input, output };
  t.teardown(() => {
    rmSync(folder, { recursive: true });
    const stamps = `${DIST}stamps/`;
    for (const name of readdirSync(stamps)) if (name.includes(basename(folder))) rmSync(stamps + name);
  });
});

t.test('what is as it was is not made again, even if a file was only touched', async (t) => {
  const { input, output } = t.context;
  t.ok(isFresh(output, 'recipe'));
  const later = new Date(Date.now() + HOUR);
  utimesSync(input, later, later);
  t.ok(isFresh(output, 'recipe'));
});

t.test('a changed or missing input makes it stale, also one put back with an old time', async (t) => {
  const { input, output } = t.context;
  writeFileSync(input, 'other');
  utimesSync(input, 0, 0);
  t.notOk(isFresh(output, 'recipe'));
  rmSync(input);
  t.notOk(isFresh(output, 'recipe'));
});

t.test('another recipe makes it stale', async (t) => {
  t.notOk(isFresh(t.context.output, 'recipe with another flag'));
});

t.test('an output that someone replaced or removed is made again', async (t) => {
  const { output } = t.context;
  writeFileSync(output, 'made');
  t.notOk(isFresh(output, 'recipe'));
  rmSync(output);
  t.notOk(isFresh(output, 'recipe'));
});

t.test('an input that changed while it was read counts as changed', async (t) => {
  const { input, output } = t.context;
  stamp(output, 'recipe', [input], Date.now() - HOUR);
  t.notOk(isFresh(output, 'recipe'));
});

t.test('what was never made is stale', async (t) => {
  t.notOk(isFresh(`${t.context.output}-other`, 'recipe'));
});
