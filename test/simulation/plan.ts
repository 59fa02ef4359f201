import { Random } from '../unit/support/random.ts';
import { boxFaults, operator } from './box-faults.ts';
import { cableFaults } from './cable-faults.ts';
import { diskFaults, fenceFaults, mediaFaults, watchdogFaults } from './disk-faults.ts';
import type { Draw, Effect } from './fault.ts';
import { lanFaults } from './lan-faults.ts';
import type { Scenario } from './scenario.ts';

const commonDraws = { ...cableFaults, ...boxFaults, operator } as const satisfies Readonly<
  Record<string, Draw>
>;
const guardDraws = { ...diskFaults, ...watchdogFaults, ...fenceFaults, ...mediaFaults } as const;
const draws: Readonly<Record<FaultClass, Draw>> = { ...commonDraws, ...lanFaults, ...guardDraws };

/** The classes of faults, as the table names them. */
export type FaultClass = keyof typeof commonDraws | keyof typeof lanFaults | keyof typeof guardDraws;
const commonClasses = Object.keys(commonDraws) as FaultClass[];
const lanClasses = Object.keys(lanFaults) as FaultClass[];
const guardClasses = Object.keys(guardDraws) as FaultClass[];
export const faultClasses: readonly FaultClass[] = [...commonClasses, ...lanClasses, ...guardClasses];

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
  ...commonClasses,
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
    faults.push(drawFault(random, random.pick(classes), scenario, duration, faults.at(-1)));
  }
  const common = [...faults];
  if (scenario.defences.look) faults.push(...drawLanFaults(seed, scenario, duration, common));
  faults.push(...drawGuardFaults(seed, scenario, duration, common));
  return faults.sort((a, b) => a.from - b.from);
}

function drawFault(
  random: Random,
  kind: FaultClass,
  scenario: Scenario,
  duration: number,
  before: Fault | undefined,
): Fault {
  const effect = draws[kind](random, scenario);
  const from = drawBegin(random, scenario, duration, before);
  const until = Math.min(duration, from + drawLength(random, scenario, duration));
  return { ...effect, kind, from, until };
}

/** What means nothing to a pair that never looks, in a stream of its own: the other faults are those of the same pair without defences. */
function drawLanFaults(
  seed: number,
  scenario: Scenario,
  duration: number,
  others: readonly Fault[],
): Fault[] {
  const random = new Random(seed ^ 0x1b873593);
  if (others.length === 0 || random.below(4) > 0) return [];
  return Array.from({ length: 1 + random.below(2) }, () =>
    drawFault(random, random.pick(lanClasses), scenario, duration, random.pick(others)),
  );
}

/** What means nothing without a lock or a fence, in a stream of its own as well. */
function drawGuardFaults(
  seed: number,
  scenario: Scenario,
  duration: number,
  others: readonly Fault[],
): Fault[] {
  const random = new Random(seed ^ 0x3c6ef372);
  const classes: FaultClass[] = [
    ...(scenario.defences.lock == null ? [] : (['disk error', 'slow disk'] as const)),
    ...(scenario.defences.fence ? (['fence fails', 'fence fails'] as const) : []),
  ];
  if (classes.length === 0 || others.length === 0) return [];
  const count = random.pick([0, 0, 1, 2, 3]);
  const faults = Array.from({ length: count }, () =>
    drawFault(random, random.pick([...classes, 'media fault']), scenario, duration, random.pick(others)),
  );
  const watchdog = random.pick<FaultClass | null>([
    null,
    null,
    null,
    null,
    'watchdog absent',
    'watchdog slow',
  ]);
  if (scenario.watchdog === null || watchdog === null) return faults;
  return [...faults, { ...draws[watchdog](random, scenario), kind: watchdog, from: 0, until: duration }];
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
