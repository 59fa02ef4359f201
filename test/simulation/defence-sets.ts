import { type Defences, noDefences } from '../../firmware-agent/core/settings.ts';
import { Random } from '../unit/support/random.ts';
import { fenced, locked } from './boxes.ts';
import type { Scenario } from './scenario.ts';
import type { WorldOptions } from './world-options.ts';

/** A human who is told that a takeover waits. Times in ms. */
export interface Human {
  /** Until he has come, and between two looks at the other box. */
  readonly delay: number;
  /** He confirms without a look at the other box. */
  readonly hasty: boolean;
}

export interface Armed {
  readonly defences: Partial<Defences>;
  /** A gateway on the LAN, whatever the seed chose. */
  readonly gateway?: true;
  readonly human?: Human;
  /** How the boxes are made for it. */
  readonly boxes?: Partial<WorldOptions>;
}

const look: Partial<Defences> = { look: true, defend: true };

/** The defences that the table compares. `look` is the default; with a ping node `look+isolation` is. */
const sets = {
  none: () => ({ defences: noDefences }),
  look: () => ({ defences: look }),
  'look+isolation': () => ({ defences: { ...look, releaseIsolated: true }, gateway: true }),
  'look+take-after': (_, { deadtime }) => ({ defences: { ...look, takeAfter: 2 * deadtime } }),
  confirm: (random) => ({
    defences: { ...look, takeoverDelay: null },
    human: { delay: 3000 + random.below(20_000), hasty: random.below(4) === 0 },
  }),
  delay: (random) => ({ defences: { ...look, takeoverDelay: 3000 + random.below(20_000) } }),
  lock: (random, scenario) => locked(random, scenario, noDefences),
  'lock+look': (random, scenario) => locked(random, scenario, look),
  fence: (random) => fenced(random, look),
  'fence+lock': (random, scenario) => {
    const { defences, boxes } = locked(random, scenario, look);
    const fencing = fenced(random, defences);
    return { defences: fencing.defences, boxes: { ...fencing.boxes, ...boxes } };
  },
} as const satisfies Readonly<Record<string, (random: Random, scenario: Scenario) => Armed>>;

export type DefenceSet = keyof typeof sets;
export const defenceSets = Object.keys(sets) as DefenceSet[];

/** A stream of its own, so that the pair and its faults are the same with any defences. */
function streamOf(seed: number): Random {
  return new Random(seed ^ 0x2545f491);
}

/** A set for all pairs, every set for each pair, or the one that the seed chooses. */
export type Choice = DefenceSet | 'all' | 'drawn';
export const choices: readonly Choice[] = ['drawn', 'all', ...defenceSets];

/** The sets that the pair of a seed is played with. */
export function setsOf(choice: Choice, seed: number): readonly DefenceSet[] {
  if (choice === 'all') return defenceSets;
  return [choice === 'drawn' ? streamOf(seed).pick(defenceSets) : choice];
}

/** What a set means for the pair of a seed. */
export function armed(set: DefenceSet, seed: number, scenario: Scenario): Armed {
  const random = streamOf(seed);
  random.below(defenceSets.length);
  return sets[set](random, scenario);
}
