import t from 'tap';
import { faultClasses } from './plan.ts';
import { play } from './run.ts';
import { Transcript } from './trace.ts';

/** Virtual ms in which faults happen. */
const duration = 60_000;

/** Consecutive seeds; `npm run simulate` plays as many as one has time for. */
const seeds = Array.from({ length: 150 }, (_, n) => n + 1);

/** Each showed a defect once. */
const foundDefects: readonly number[] = [2, 51, 1014, 1043, 1122, 1157, 1958, 2678, 2706];

function transcriptOf(seed: number): string[] {
  const lines: string[] = [];
  play(seed, duration, new Transcript((line) => lines.push(line)));
  return lines;
}

t.test('whatever happens, each pair keeps its promises', async (t) => {
  const wrong: string[] = [];
  const met = new Set<string>();
  for (const seed of [...foundDefects, ...seeds]) {
    const { violation, classes } = play(seed, duration);
    for (const name of classes) met.add(name);
    if (violation) wrong.push(`seed ${seed}: ${violation.invariant}: ${violation.text}`);
  }
  t.same(wrong, [], 'see README.md for how a seed is replayed');
  t.equal(met.size, faultClasses.length, 'faults of every class were met');
});

t.test('a seed decides everything', async (t) => {
  const first = transcriptOf(7);
  t.ok(first.length > 100, 'much happened');
  t.same(transcriptOf(7), first);
  t.notSame(transcriptOf(8), first);
});
