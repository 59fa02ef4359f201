import type { Random } from '../unit/support/random.ts';
import type { Draw, Stage } from './fault.ts';
import type { Machine } from './machine.ts';
import { type NodeName, nodeNames } from './node-name.ts';

/** A watchdog that is slow resets its box so many ms late. */
export const lateReset = 4000;

/** How slow a disk becomes, in leases; a request that takes half of one renews nothing. */
const delays = [0.02, 0.1, 0.2, 0.3, 0.45, 0.6, 1.2];

type Change = (stage: Stage, node: NodeName, step: 1 | -1) => void;

function on(nodes: readonly NodeName[], text: string, change: Change) {
  const all = (step: 1 | -1) => (stage: Stage) => {
    for (const node of nodes) change(stage, node, step);
  };
  return { text: `${nodes.join(' and ')}: ${text}`, begin: all(1), end: all(-1) };
}

function oneOrBoth(random: Random): readonly NodeName[] {
  return random.pick([['nodea'], ['nodeb'], nodeNames]);
}

const error: Draw = (random) =>
  on(oneOrBoth(random), 'requests to the disk fail', ({ world }, node, step) => {
    world.disk.ailments[node].errors += step;
  });

const slow: Draw = (random, { defences }) => {
  const nodes = oneOrBoth(random);
  const delay = Math.round(random.pick(delays) * (defences.lock ?? 0));
  if (random.below(3) === 0)
    return on(nodes, 'requests to the disk hang', ({ world }, node, step) => {
      world.disk.ailments[node].hangs += step;
    });
  return on(nodes, `requests to the disk take ${delay} ms more`, ({ world }, node, step) => {
    world.disk.ailments[node].delay += step * delay;
  });
};

function watchdog(text: string, change: (machine: Machine, step: 1 | -1) => void): Draw {
  return (random) =>
    on(oneOrBoth(random), text, ({ world }, node, step) => change(world.machine(node), step));
}

export const diskFaults = {
  'disk error': error,
  'slow disk': slow,
} as const satisfies Readonly<Record<string, Draw>>;

/** These last for the whole run: nobody repairs a watchdog that nobody missed. */
export const watchdogFaults = {
  'watchdog absent': watchdog('no watchdog', (machine, step) => {
    machine.watchdogFaults.absent += step;
  }),
  'watchdog slow': watchdog(`the watchdog is ${lateReset} ms late`, (machine, step) => {
    machine.watchdogFaults.late += step * lateReset;
  }),
} as const satisfies Readonly<Record<string, Draw>>;

export const fenceFaults = {
  'fence fails': (random) =>
    on(oneOrBoth(random), 'its fence device does not work', ({ world }, node, step) => {
      world.fenceFaults[node] += step;
    }),
} as const satisfies Readonly<Record<string, Draw>>;

export const mediaFaults = {
  'media fault': (random, { cables }) => {
    const { name } = random.pick(cables);
    return on([random.pick(nodeNames)], `port ${name} broken`, ({ world }, node, step) =>
      world.breakPort(node, name, step),
    );
  },
} as const satisfies Readonly<Record<string, Draw>>;
