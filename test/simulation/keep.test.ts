import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Keeper, type Made } from './keep.ts';
import { playAll } from './pool.ts';
import { Progress } from './progress.ts';
import { buildOf, parts, root } from './sources.ts';
import { table } from './table.ts';
import { emptyTally } from './tally.ts';

/** Virtual ms in which faults happen. */
const duration = 10_000;

const made: Made = { build: 'this', first: 1, duration, defences: 'drawn', peers: 'own' };

/** Four batches, the last of them a part of one. */
const end = 351;

t.beforeEach((t) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinbeat-keep-'));
  t.context = { folder, file: join(folder, 'kept') };
  t.teardown(() => rmSync(folder, { recursive: true }));
});

/** The table of all pairs, with what a file holds of them and is left with; `mostTold` interrupts it after so many batches. */
async function played(
  keeper: Keeper,
  mostTold = Number.POSITIVE_INFINITY,
): Promise<{ runs: number; table: string[] }> {
  const begun = keeper.begin();
  const before = begun.tally.runs;
  let told = 0;
  const { tally } = await playAll({
    begun,
    end,
    duration,
    defences: made.defences,
    peers: made.peers,
    jobs: 2,
    progress: (soFar) => {
      keeper.note(soFar);
      told += 1;
      if (told >= mostTold) throw new Error('interrupted');
    },
  });
  keeper.write({ next: end, tally });
  return { runs: tally.runs - before, table: table(tally, 'own') };
}

t.test('a run that was interrupted goes on after the last seed that was finished', async (t) => {
  const { file, folder } = t.context;
  const keeper = () => new Keeper(file, made, 0);
  await t.rejects(played(keeper(), 2), { message: 'interrupted' });
  const rest = await played(keeper());
  t.ok(rest.runs > 0 && rest.runs < end - 1, `${rest.runs} were left to play`);
  const whole = await played(new Keeper(join(folder, 'other'), made, 0));
  t.equal(whole.runs, end - 1);
  t.same(rest.table, whole.table);
  t.same(await played(keeper()), { runs: 0, table: whole.table }, 'what is played is shown again');
  t.same(readdirSync(folder).sort(), ['kept', 'other'], 'nothing else is left behind');
});

t.test('it is not written with every batch', async (t) => {
  const { file } = t.context;
  const keeper = new Keeper(file, made);
  const begun = keeper.begin();
  const text = readFileSync(file, 'utf8');
  keeper.note({ ...begun, next: 101 });
  t.equal(readFileSync(file, 'utf8'), text);
  keeper.write({ ...begun, next: 101 });
  t.equal(keeper.begin().next, 101);
});

t.test('a violation is not kept: it is met again', async (t) => {
  const { file } = t.context;
  const violation = { seed: 150, defences: 'look', peers: 'own', invariant: 'any', text: '', at: 0 } as const;
  const keeper = new Keeper(file, made, 0);
  keeper.begin();
  keeper.note({ next: 101, tally: emptyTally() });
  keeper.note({ next: 201, tally: { ...emptyTally(), violation } });
  t.equal(keeper.begin().next, 101);
});

t.test('a file made otherwise is refused, and stays as it is', async (t) => {
  const { file } = t.context;
  new Keeper(file, made).begin();
  const text = readFileSync(file, 'utf8');
  const cases: [Made, RegExp][] = [
    [{ ...made, build: 'other' }, /another core or simulator/],
    [{ ...made, first: 2 }, /--first-seed 1 --seconds 10 --defences drawn --peers own: give the same/],
    [{ ...made, duration: 20_000 }, /give the same/],
    [{ ...made, defences: 'all' }, /give the same/],
    [{ ...made, peers: 'drawn' }, /give the same/],
  ];
  for (const [other, message] of cases)
    t.throws(() => new Keeper(file, other).begin(), { name: 'KeepError', message });
  t.equal(readFileSync(file, 'utf8'), text);
  for (const none of ['', 'text', '{}', 'null']) {
    writeFileSync(file, none);
    t.throws(() => new Keeper(file, made).begin(), { message: /holds no simulated pairs/ }, `"${none}"`);
  }
});

t.test('a file that cannot be written is told of before anything is played', async (t) => {
  t.throws(() => new Keeper(join(t.context.folder, 'none', 'kept'), made).begin(), {
    name: 'KeepError',
    message: /cannot be kept: ENOENT/,
  });
});

t.test('every source that a run imports decides the build, and a test does not', async (t) => {
  const { folder } = t.context;
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  const build = buildOf(folder);
  t.equal(build, buildOf());
  writeFileSync(join(folder, 'test/simulation/keep.test.ts'), '');
  t.equal(buildOf(folder), build);
  for (const file of [
    'firmware-agent/core/heal.ts',
    'firmware-agent/wire/crc.ts',
    'test/simulation/plan.ts',
  ]) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `${text}\n`);
    t.not(buildOf(folder), build, file);
    writeFileSync(path, text);
  }
  t.equal(buildOf(folder), build);
});

t.test('progress tells the share, the speed of this run alone, and the time that is left', async (t) => {
  let now = 0;
  const before = { ...emptyTally(), runs: 100, duration: 9_000_000 };
  const progress = new Progress(1000, before, () => now);
  now = 60_000;
  const line = progress.line({ ...emptyTally(), runs: 400, duration: 39_000_000 });
  t.equal(line, '400 of 1000 pairs (40.0 %), 30000 simulated seconds in 60 s (500 a second), 2 min left');
  t.notMatch(progress.line({ ...emptyTally(), runs: 1000, duration: 99_000_000 }), /left/);
});
