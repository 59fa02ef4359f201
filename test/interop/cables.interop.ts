import { HeartbeatNode } from '../../scripts/laboratory/heartbeat-node.ts';
import type { MixedPair } from '../../scripts/laboratory/mixed.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { UNREADABLE } from './support/alarms.ts';
import type { Step } from './support/play.ts';
import { bothBoot, cutBoth, EACH_ITS_OWN, mendBoth, NOTHING, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

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

function oneCable(cable: 'serial' | 'crossover', verb: 'cut' | 'mend'): Step {
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
const parted: Step = {
  title: 'both cables are cut',
  act: cutBoth,
  holdings: { nodea: 'all', nodeb: 'all' },
  // Both have the address: who answers is a matter of chance.
  owner: null,
  parted: true,
  admits: UNREADABLE,
};
const healed: Step = {
  title: 'both cables are mended',
  act: mendBoth,
  holdings: EACH_ITS_OWN,
  owner: 'nodea',
  admits: UNREADABLE,
};

tell({
  name: 'cables',
  settings: TIMES,
  steps: [
    bothBoot,
    oneCable('serial', 'cut'),
    oneCable('serial', 'mend'),
    oneCable('crossover', 'cut'),
    oneCable('crossover', 'mend'),
    parted,
    healed,
    { ...parted, title: 'both cables are cut again' },
    { ...healed, title: 'both cables are mended again' },
  ],
});
