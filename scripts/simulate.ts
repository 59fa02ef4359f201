/** `npm run simulate`: pairs in virtual time, each with the faults of its seed; then a table of what they cost. */

import { defects } from '../test/simulation/defects.ts';
import { setsOf } from '../test/simulation/defence-sets.ts';
import { KeepError } from '../test/simulation/keep.ts';
import { catchDefect } from '../test/simulation/mutation.ts';
import { play } from '../test/simulation/run.ts';
import { Transcript } from '../test/simulation/trace.ts';
import { playMany } from './simulate/many.ts';
import { type Options, parse } from './simulate/options.ts';
import { replay } from './simulate/replay.ts';

/** The pair of one seed; with `--trace` as a transcript. */
function playOne(seed: number, { seconds, trace, defences, peers }: Options): number {
  const transcript = trace ? new Transcript((line) => process.stdout.write(`${line}\n`)) : undefined;
  let code = 0;
  for (const set of setsOf(defences, seed)) {
    const { violation, known, duration } = play(
      { seed, duration: seconds * 1000, defences: set, peers },
      transcript,
    );
    const end = `seed ${seed} with defences ${set}: ${(duration / 1000).toFixed(1)} s`;
    if (violation) {
      console.error(replay(violation, seconds));
      code = 1;
    } else console.error(known === null ? `${end}, all is well.` : `${end}, a known violation: ${known}.`);
  }
  return code;
}

/** Each deliberate defect of the core must be seen. */
async function playDefects({ seconds }: Options): Promise<number> {
  let code = 0;
  for (const defect of defects) {
    const caught = await catchDefect(defect, seconds * 1000);
    const result = caught === null ? 'NOT CAUGHT' : `seed ${caught.seed}, ${caught.invariant}`;
    console.log(`${defect.name}: ${result} (within ${defect.within})`);
    if (caught === null) code = 1;
  }
  return code;
}

async function run(options: Options): Promise<number> {
  if (options.defects) return playDefects(options);
  return options.seed === undefined ? playMany(options) : playOne(options.seed, options);
}

try {
  process.exitCode = await run(parse());
} catch (error) {
  if (!(error instanceof KeepError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
