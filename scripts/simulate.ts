/** `npm run simulate`: pairs in virtual time, each with the faults of its seed; then a table of what they cost. */
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { defects } from '../test/simulation/defects.ts';
import { type Choice, choices, defenceSets, setsOf } from '../test/simulation/defence-sets.ts';
import { catchDefect } from '../test/simulation/mutation.ts';
import { playAll } from '../test/simulation/pool.ts';
import { play, type Violation } from '../test/simulation/run.ts';
import { table } from '../test/simulation/table.ts';
import type { Tally } from '../test/simulation/tally.ts';
import { Transcript } from '../test/simulation/trace.ts';

interface Options {
  readonly pairs: number;
  readonly firstSeed: number;
  readonly seconds: number;
  readonly jobs: number;
  readonly defences: Choice;
  readonly seed?: number;
  readonly trace?: boolean;
  readonly defects?: boolean;
}

/** Seeds are 32 bits, so that each makes a pair of its own. */
const mostSeeds = 2 ** 32;
/** A stretch in which faults can begin and end. */
const leastSeconds = 10;
/** Milliseconds between two lines of progress. */
const progressInterval = 2000;

function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`a number from ${least} to ${most}`);
    return value;
  };
}

function option(name: string, help: string, least: number, most: number, otherwise?: number): Option {
  const made = new Option(`--${name} <number>`, help).argParser(number(least, most));
  return otherwise === undefined ? made : made.default(otherwise);
}

function parse(): Options {
  return new Command('npm run simulate --')
    .description(
      'Play pairs of two real cores on simulated cables in virtual time. A seed decides everything. Exit 1 at the first violation.',
    )
    .addOption(option('pairs', 'how many pairs, each with the next seed', 1, mostSeeds, 1000))
    .addOption(option('first-seed', 'seed of the first pair', 0, mostSeeds - 1, 1))
    .addOption(
      option(
        'seconds',
        'virtual time of each pair in which faults happen; it then runs until it rests',
        leastSeconds,
        86_400,
        60,
      ),
    )
    .addOption(
      new Option(
        '--defences <set>',
        'what keeps both from serving: a set, each of them, or what the seed draws',
      )
        .choices(choices)
        .default('drawn'),
    )
    .addOption(option('jobs', 'threads', 1, 256, availableParallelism()))
    .addOption(option('seed', 'play this one pair', 0, mostSeeds - 1))
    .option('--defects', 'play cores with deliberate defects instead; exit 1 where one is not caught')
    .option('--trace', 'with --seed: print all that happens')
    .parse()
    .opts<Options>();
}

function replay({ seed, defences, invariant, text, at }: Violation, seconds: number): string {
  return (
    `WRONG: seed ${seed} with defences ${defences} after ${(at / 1000).toFixed(3)} s: ${invariant}: ${text}\n` +
    `Replay: npm run simulate -- --seed ${seed} --defences ${defences} --seconds ${seconds} --trace`
  );
}

/** The pair of one seed; with `--trace` as a transcript. */
function playOne(seed: number, { seconds, trace, defences }: Options): number {
  const transcript = trace ? new Transcript((line) => process.stdout.write(`${line}\n`)) : undefined;
  let code = 0;
  for (const set of setsOf(defences, seed)) {
    const { violation, known, duration } = play(
      { seed, duration: seconds * 1000, defences: set },
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

async function playMany({ pairs, firstSeed, seconds, jobs, defences }: Options): Promise<number> {
  const began = performance.now();
  let toldAt = began;
  const total = pairs * (defences === 'all' ? defenceSets.length : 1);
  const tell = ({ runs, duration }: Tally) => {
    const passed = (performance.now() - began) / 1000;
    const speed = duration / 1000 / passed;
    console.error(
      `${runs} of ${total} pairs, ${Math.round(duration / 1000)} simulated seconds in ${passed.toFixed(0)} s (${Math.round(speed)} a second)`,
    );
  };
  const tally = await playAll({
    first: firstSeed,
    pairs,
    duration: seconds * 1000,
    defences,
    jobs,
    progress: (soFar) => {
      if (performance.now() - toldAt < progressInterval) return;
      toldAt = performance.now();
      tell(soFar);
    },
  });
  tell(tally);
  for (const line of table(tally)) console.log(line);
  for (const [name, met] of tally.known) console.log(`Known, not mended yet: ${name}: ${met} times.`);
  if (!tally.violation) return 0;
  console.error(replay(tally.violation, seconds));
  return 1;
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

process.exitCode = await run(parse());
