import type { Random } from '../unit/support/random.ts';
import type { Draw, Stage } from './fault.ts';
import type { Lan } from './lan.ts';
import { type NodeName, nodeNames } from './node-name.ts';

/** A fault of the LAN's own, counted for one node. */
function counted(words: (node: NodeName) => string, count: (lan: Lan) => Record<NodeName, number>): Draw {
  return (random: Random) => {
    const node = random.pick(nodeNames);
    const change = (step: 1 | -1) => (stage: Stage) => {
      count(stage.world.lan)[node] += step;
      stage.world.lanChanged();
    };
    return { text: words(node), begin: change(1), end: change(-1) };
  };
}

export const lanFaults = {
  'blind look': counted(
    (node) => `${node}: looks at the LAN tell nothing`,
    (lan) => lan.blindness,
  ),
  stranger: counted(
    (node) => `a stranger has the address of ${node}`,
    (lan) => lan.strangers,
  ),
} as const satisfies Readonly<Record<string, Draw>>;
