import type { Random } from '../unit/support/random.ts';
import type { Ailments } from './cable.ts';
import type { Draw, Effect, Stage } from './fault.ts';
import { type NodeName, nodeNames, other } from './node-name.ts';
import type { Scenario } from './scenario.ts';

interface Target {
  readonly words: string;
  readonly of: (stage: Stage) => Ailments[];
}

/** One cable or all of them, in both directions or in one. */
function drawTarget(random: Random, { cables }: Pick<Scenario, 'cables'>): Target {
  const names = random.below(3) === 0 ? cables.map(({ name }) => name) : [random.pick(cables).name];
  return target(random, names);
}

function target(random: Random, names: readonly string[]): Target {
  const from: NodeName | null = random.pick([null, null, ...nodeNames]);
  const nodes = from === null ? nodeNames : [from];
  const cables = names.join(' and ');
  return {
    words: from === null ? cables : `${cables} from ${from} to ${other(from)}`,
    of: ({ world }) =>
      world.cables
        .filter(({ options }) => names.includes(options.name))
        .flatMap((cable) => nodes.map((node) => cable.from(node).ailments)),
  };
}

function ailing(target: Target, text: string, change: (ailments: Ailments, sign: 1 | -1) => void): Effect {
  const each = (sign: 1 | -1) => (stage: Stage) => {
    for (const ailments of target.of(stage)) change(ailments, sign);
  };
  return { text: `${target.words}: ${text}`, begin: each(1), end: each(-1) };
}

const cut: Draw = (random, { cables }) =>
  ailing(target(random, [random.pick(cables).name]), 'cut', (ailments, sign) => {
    ailments.cuts += sign;
  });

const allCut: Draw = (random, { cables }) =>
  ailing(
    target(
      random,
      cables.map(({ name }) => name),
    ),
    'cut',
    (ailments, sign) => {
      ailments.cuts += sign;
    },
  );

const loss: Draw = (random, scenario) => {
  const percent = 5 + random.below(90);
  return ailing(drawTarget(random, scenario), `loses ${percent} %`, (ailments, sign) => {
    ailments.loss += sign * percent;
  });
};

/** A deadtime at most: beyond it the clocks of the messages tell nothing. */
const delay: Draw = (random, scenario) => {
  const time = 10 + random.below(scenario.deadtime);
  return ailing(drawTarget(random, scenario), `${time} ms late`, (ailments, sign) => {
    ailments.delay += sign * time;
  });
};

const reorder: Draw = (random, scenario) => {
  const time = 10 + random.below(scenario.deadtime);
  return ailing(drawTarget(random, scenario), `up to ${time} ms late, in any order`, (ailments, sign) => {
    ailments.jitter += sign * time;
  });
};

const duplicate: Draw = (random, scenario) => {
  const percent = 10 + random.below(91);
  return ailing(drawTarget(random, scenario), `${percent} % come twice`, (ailments, sign) => {
    ailments.duplication += sign * percent;
  });
};

const corrupt: Draw = (random, scenario) => {
  const percent = 5 + random.below(90);
  return ailing(drawTarget(random, scenario), `damages ${percent} %`, (ailments, sign) => {
    ailments.corruption += sign * percent;
  });
};

const throttle: Draw = (random, scenario) => {
  const times = 2 + random.below(30);
  const serial = scenario.cables.filter(({ baud }) => baud !== null).map(({ name }) => name);
  return ailing(target(random, serial), `${times} times slower`, (ailments, sign) => {
    ailments.slowness *= times ** sign;
  });
};

export const cableFaults = {
  'cable cut': cut,
  'all cables cut': allCut,
  loss,
  delay,
  reorder,
  duplicate,
  corrupt,
  throttle,
} as const satisfies Readonly<Record<string, Draw>>;
