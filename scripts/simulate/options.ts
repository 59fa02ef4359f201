import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Choice, choices } from '../../test/simulation/defence-sets.ts';
import { type Peers, peersChoices } from '../../test/simulation/heartbeat/peers.ts';

export interface Options {
  readonly pairs: number;
  readonly firstSeed: number;
  readonly seconds: number;
  readonly jobs: number;
  readonly defences: Choice;
  readonly peers: Peers;
  readonly keep?: string;
  readonly seed?: number;
  readonly trace?: boolean;
  readonly defects?: boolean;
}

/** Seeds are 32 bits, so that each makes a pair of its own. */
const mostSeeds = 2 ** 32;
/** A stretch in which faults can begin and end. */
const leastSeconds = 10;

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

/** Of the command line; wrong ones end the process. */
export function parse(): Options {
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
    .addOption(
      new Option('--peers <kind>', 'two of ours, one of ours and a Heartbeat, or what the seed draws')
        .choices(peersChoices)
        .default('drawn'),
    )
    .addOption(option('jobs', 'threads', 1, 256, availableParallelism()))
    .addOption(
      new Option(
        '--keep <file>',
        'write what was played to this file every minute; a later run with the same options and sources goes on from it, also to more pairs',
      ).conflicts(['seed', 'defects']),
    )
    .addOption(option('seed', 'play this one pair', 0, mostSeeds - 1))
    .option('--defects', 'play cores with deliberate defects instead; exit 1 where one is not caught')
    .option('--trace', 'with --seed: print all that happens')
    .parse()
    .opts<Options>();
}
