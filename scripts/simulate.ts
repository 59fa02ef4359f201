/** `npm run simulate`: pairs in virtual time, each with the faults of its seed; then a table of what they cost. */
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
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
  readonly seed?: number;
  readonly trace?: boolean;
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
    .addOption(option('jobs', 'threads', 1, 256, availableParallelism()))
    .addOption(option('seed', 'play this one pair', 0, mostSeeds - 1))
    .option('--trace', 'with --seed: print all that happens')
    .parse()
    .opts<Options>();
}

function replay({ seed, invariant, text, at }: Violation, seconds: number): string {
  return (
    `WRONG: seed ${seed} after ${(at / 1000).toFixed(3)} s: ${invariant}: ${text}\n` +
    `Replay: npm run simulate -- --seed ${seed} --seconds ${seconds} --trace`
  );
}

/** One pair; with `--trace` as a transcript. */
function playOne(seed: number, { seconds, trace }: Options): number {
  const transcript = trace ? new Transcript((line) => process.stdout.write(`${line}\n`)) : undefined;
  const { violation, known, duration } = play(seed, seconds * 1000, transcript);
  if (violation) {
    console.error(replay(violation, seconds));
    return 1;
  }
  const end = `seed ${seed}: ${(duration / 1000).toFixed(1)} s`;
  console.error(known === null ? `${end}, all is well.` : `${end}, a known violation: ${known}.`);
  return 0;
}

async function playMany({ pairs, firstSeed, seconds, jobs }: Options): Promise<number> {
  const began = performance.now();
  let toldAt = began;
  const tell = ({ runs, duration }: Tally) => {
    const passed = (performance.now() - began) / 1000;
    const speed = duration / 1000 / passed;
    console.error(
      `${runs} of ${pairs} pairs, ${Math.round(duration / 1000)} simulated seconds in ${passed.toFixed(0)} s (${Math.round(speed)} a second)`,
    );
  };
  const tally = await playAll({
    first: firstSeed,
    pairs,
    duration: seconds * 1000,
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

const options = parse();
process.exitCode = options.seed === undefined ? await playMany(options) : playOne(options.seed, options);
