import { defenceSets } from '../../test/simulation/defence-sets.ts';
import { kindNames, kindsOf } from '../../test/simulation/heartbeat/peers.ts';
import { KeepError, Keeper, type Played } from '../../test/simulation/keep.ts';
import { playAll } from '../../test/simulation/pool.ts';
import { Progress } from '../../test/simulation/progress.ts';
import { buildOf } from '../../test/simulation/sources.ts';
import { table } from '../../test/simulation/table.ts';
import { emptyTally } from '../../test/simulation/tally.ts';
import type { Options } from './options.ts';
import { replay } from './replay.ts';

/** Milliseconds between two lines of progress. */
const progressInterval = 2000;

/** What the file of `--keep` holds of the pairs. */
function goOn(keeper: Keeper, { keep, firstSeed, pairs }: Options): Played {
  const begun = keeper.begin();
  const before = begun.next - firstSeed;
  if (before > pairs) throw new KeepError(`${keep} holds ${before} pairs already: --pairs must not be less.`);
  if (before > 0) console.error(`${before} pairs were played before.`);
  return begun;
}

/** Pairs of consecutive seeds on several threads, then their table; the exit code. Throws KeepError. */
export async function playMany(options: Options): Promise<number> {
  const { pairs, firstSeed, seconds, jobs, defences, peers, keep } = options;
  const duration = seconds * 1000;
  const made = { build: buildOf(), first: firstSeed, duration, defences, peers };
  const keeper = keep === undefined ? null : new Keeper(keep, made);
  const begun = keeper === null ? { next: firstSeed, tally: emptyTally() } : goOn(keeper, options);
  const progress = new Progress(pairs * (defences === 'all' ? defenceSets.length : 1), begun.tally);
  let toldAt = performance.now();
  const played = await playAll({
    begun,
    end: firstSeed + pairs,
    duration,
    defences,
    peers,
    jobs,
    progress: (soFar) => {
      keeper?.note(soFar);
      if (performance.now() - toldAt < progressInterval) return;
      toldAt = performance.now();
      console.error(progress.line(soFar.tally));
    },
  });
  keeper?.write(played);
  const { tally } = played;
  console.error(progress.line(tally));
  for (const kind of kindsOf(peers)) {
    console.log(`\nPairs: ${kindNames[kind]}`);
    for (const line of table(tally, kind)) console.log(line);
  }
  for (const [name, met] of tally.known) console.log(`Known, not mended yet: ${name}: ${met} times.`);
  if (!tally.violation) return 0;
  console.error(replay(tally.violation, seconds));
  return 1;
}
