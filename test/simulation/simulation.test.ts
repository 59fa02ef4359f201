import t from 'tap';
import { type DefenceSet, setsOf } from './defence-sets.ts';
import { faultClasses } from './plan.ts';
import { play } from './run.ts';
import { Transcript } from './trace.ts';

/** Virtual ms in which faults happen. */
const duration = 60_000;

/** Consecutive seeds; `npm run simulate` plays as many as one has time for. */
const seeds = Array.from({ length: 150 }, (_, n) => n + 1);

/** Each showed a defect once, with these defences. */
const foundDefects: readonly (readonly [seed: number, defences: DefenceSet])[] = [
  ...[2, 51, 1014, 1043, 1122, 1157, 1958, 2678, 2706].map((seed) => [seed, 'none'] as const),
  [243, 'delay'],
  [900, 'delay'],
  [3893, 'look'],
  [40330, 'look'],
  [109665, 'look+take-after'],
  [209116, 'look+isolation'],
  [6224, 'delay'],
  [14859, 'delay'],
  [237720, 'delay'],
  [15635, 'delay'],
  [569493, 'confirm'],
  [705228, 'look'],
  [816389, 'none'],
  [792660, 'fence+lock'],
  [19867, 'delay'],
  [51889, 'look'],
  [315, 'lock'],
  [480, 'lock'],
  [1101, 'lock'],
  [2607, 'lock'],
  [2961, 'lock'],
  [11960, 'lock'],
  [16327, 'lock'],
  [528, 'lock+look'],
  [31203, 'lock+look'],
  [75332, 'fence'],
  [188784, 'fence'],
  [85567, 'fence'],
  [830, 'fence+lock'],
  [1102, 'fence+lock'],
  [4060, 'fence+lock'],
];

function transcriptOf(seed: number): string[] {
  const lines: string[] = [];
  play({ seed, duration, defences: 'look' }, new Transcript((line) => lines.push(line)));
  return lines;
}

t.test('whatever happens, each pair keeps its promises', async (t) => {
  const wrong: string[] = [];
  const met = new Set<string>();
  const drawn = seeds.flatMap((seed) => setsOf('drawn', seed).map((set) => [seed, set] as const));
  for (const [seed, defences] of [...foundDefects, ...drawn]) {
    const { violation, classes } = play({ seed, duration, defences });
    for (const name of classes) met.add(name);
    if (violation) wrong.push(`seed ${seed} with ${defences}: ${violation.invariant}: ${violation.text}`);
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
