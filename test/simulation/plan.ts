import { Random } from '../unit/support/random.ts';
import { boxFaults, operator } from './box-faults.ts';
import { cableFaults } from './cable-faults.ts';
import type { Draw, Effect } from './fault.ts';
import type { Scenario } from './scenario.ts';

const draws = { ...cableFaults, ...boxFaults, operator } as const satisfies Readonly<Record<string, Draw>>;

/** The classes of faults, as the table names them. */
export type FaultClass = keyof typeof draws;
export const faultClasses = Object.keys(draws) as FaultClass[];

export interface Fault extends Effect {
  readonly kind: FaultClass;
  /** Virtual ms. */
  readonly from: number;
  readonly until: number;
}

/** Faults of one pair at most: few, so that each is seen alone, or many. */
const mostFaults = [3, 6, 12];

/** Half of the pairs draw from a few classes only, so that faults of one kind meet. */
const fewClasses = 3;

/** What shows most is drawn more often. */
const drawn: readonly FaultClass[] = [
  ...faultClasses,
  ...(['all cables cut', 'all cables cut', 'power loss', 'freeze', 'graceful stop', 'loss'] as const),
  ...(['operator', 'operator', 'operator'] as const),
];

/** Faults of a seed: each begins and ends within `duration` ms. In every eighth pair nothing goes wrong. */
export function drawPlan(seed: number, scenario: Scenario, duration: number): Fault[] {
  const random = new Random(seed ^ 0x5bd1e995);
  const count = random.below(8) === 0 ? 0 : 1 + random.below(random.pick(mostFaults));
  const few = Array.from({ length: fewClasses }, () => random.pick(drawn));
  const classes = random.below(2) === 0 ? drawn : few;
  const faults: Fault[] = [];
  for (let n = 0; n < count; n += 1) {
    const kind = random.pick(classes);
    const effect = draws[kind](random, scenario);
    const from = drawBegin(random, scenario, duration, faults.at(-1));
    const until = Math.min(duration, from + drawLength(random, scenario, duration));
    faults.push({ ...effect, kind, from, until });
  }
  return faults.sort((a, b) => a.from - b.from);
}

/** Any time; or, where the worst moments are, while another fault lasts, soon after it began or ended, or about when it kills. */
function drawBegin(
  random: Random,
  { deadtime }: Scenario,
  duration: number,
  before: Fault | undefined,
): number {
  const anyTime = random.below(duration);
  if (!before) return anyTime;
  const meanwhile = before.from + random.below(Math.max(1, before.until - before.from));
  const near = [anyTime, meanwhile, before.from + random.below(1000), before.until + random.below(1000)];
  const deadly = before.from + deadtime - 500 + random.below(1000);
  return Math.min(duration - 1, Math.max(0, random.pick([...near, deadly])));
}

/** Blinks, times about deadtime, and long ones. */
function drawLength(random: Random, { deadtime }: Scenario, duration: number): number {
  switch (random.below(4)) {
    case 0:
      return 1 + random.below(500);
    case 1:
      return Math.round(deadtime * 0.8) + random.below(Math.round(deadtime * 0.4));
    case 2:
      return 1 + random.below(3 * deadtime);
    default:
      return 1 + random.below(duration);
  }
}
