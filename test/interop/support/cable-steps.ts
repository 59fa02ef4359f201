import { HeartbeatNode } from '../../../scripts/laboratory/heartbeat-node.ts';
import type { MixedPair } from '../../../scripts/laboratory/mixed.ts';
import { SEATS } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';
import { anyOf, BOTH_OWN, UNREADABLE } from './alarms.ts';
import type { Step } from './play.ts';
import { cutBoth, EACH_ITS_OWN, mendBoth, NOTHING } from './steps.ts';

const LINK_LIMIT = 20_000;

/** Wait until the real ones say so of their link; ours is watched by the laboratory's own tests. */
async function linkIs(pair: MixedPair, cable: 'serial' | 'crossover', state: string): Promise<void> {
  for (const seat of SEATS) {
    const node = pair.nodes[seat];
    if (!(node instanceof HeartbeatNode)) continue;
    const link = cable === 'serial' ? pair.serial.ports[seat] : 'x0';
    await until(
      `${seat} to say that ${link} is ${state}`,
      async () => (await node.link(link)) === state,
      LINK_LIMIT,
    );
  }
}

/** Nothing moves; the message that was on its way is half of one. */
export function oneCable(cable: 'serial' | 'crossover', verb: 'cut' | 'mend'): Step {
  return {
    title: `the ${cable} cable is ${verb === 'cut' ? 'cut' : 'mended'}`,
    act: async (pair) => {
      await (cable === 'serial' ? pair.serial[verb]() : pair.network[verb](cable));
      await linkIs(pair, cable, verb === 'cut' ? 'dead' : 'up');
    },
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
    limit: NOTHING,
    ...(cable === 'serial' ? { admits: UNREADABLE } : {}),
  };
}

/** Both cables cut: each declares the other dead and takes all. */
export const parted: Step = {
  title: 'both cables are cut',
  act: cutBoth,
  holdings: { nodea: 'all', nodeb: 'all' },
  // Both have the address: who answers is a matter of chance.
  owner: null,
  parted: true,
  admits: UNREADABLE,
};
export const healed: Step = {
  title: 'both cables are mended',
  act: mendBoth,
  holdings: EACH_ITS_OWN,
  owner: 'nodea',
  admits: anyOf(UNREADABLE, BOTH_OWN),
};
