import type { MixedPair } from '../../scripts/laboratory/mixed.ts';
import { TwinbeatNode } from '../../scripts/laboratory/node.ts';
import { other, SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { healed, parted } from './support/cable-steps.ts';
import { look } from './support/look.ts';
import type { Step } from './support/play.ts';
import { bothBoot, cutBoth, EACH_ITS_OWN, joins, losesPower, TIMES, TWO_GROUPS } from './support/steps.ts';
import { tell } from './support/tell.ts';

const LIMIT = 20_000;
/** The second group's, which prefers nodeb. */
const ADDRESS_OF = { nodea: '10.78.0.100', nodeb: '10.78.0.101' } as const;

function seatOfOurs(pair: MixedPair): Seat | undefined {
  return SEATS.find((seat) => pair.nodes[seat] instanceof TwinbeatNode);
}

/** Ours sees that its peer's box still has its address, and leaves it there. */
async function seesItsPeer(pair: MixedPair, ours: Seat): Promise<void> {
  const node = pair.nodes[ours];
  if (!(node instanceof TwinbeatNode)) return;
  const alarmed = async (): Promise<boolean> =>
    (await node.status())?.alarms.some(({ kind }) => kind === 'peer-box-answers') ?? false;
  await until(`${ours} to see the box of its peer`, alarmed, LIMIT);
  const held = await pair.network.addresses(ours, 'eth0');
  if (held.includes(ADDRESS_OF[other(ours)])) throw new Error(`${ours} took what its peer serves`);
}

/** The real one takes all, ours nothing. */
const apart: Step = {
  ...parted,
  act: async (pair) => {
    await cutBoth(pair);
    const ours = seatOfOurs(pair);
    if (ours !== undefined) await seesItsPeer(pair, ours);
  },
  untold: true,
};

/** The real one starts anew because it took everything, although it gives our groups back before that. */
const restarted: Step = {
  ...healed,
  act: async (pair) => {
    const ours = seatOfOurs(pair);
    const marks = { nodea: pair.nodes.nodea.log.mark(), nodeb: pair.nodes.nodeb.log.mark() };
    await healed.act(pair);
    if (ours === undefined) return;
    const theirs = other(ours);
    const isBeginning = () =>
      pair.nodes[theirs].log.since(marks[theirs]).some((line) => line.includes('restart exec'));
    await until(`${theirs} to start anew`, isBeginning, LIMIT);
  },
};

/** The real one's daemon is killed on a box that lives on, and started again: ours takes nothing meanwhile. */
const daemonReturns: Step = {
  title: 'a daemon is killed and started again',
  act: async (pair) => {
    const ours = seatOfOurs(pair) ?? 'nodea';
    await pair.nodes[other(ours)].crash();
    const missed = async (): Promise<boolean> => (await look(pair, ours))?.peer === 'dead';
    await until(`${ours} to miss its peer`, missed, LIMIT);
    await seesItsPeer(pair, ours);
    pair.nodes[other(ours)].startDaemon();
  },
  holdings: EACH_ITS_OWN,
  owner: 'nodea',
};

/** With the defences that are on by default: what the peer's box still has is not taken, what it lost is. */
tell({
  name: 'look before take',
  settings: { ...TIMES, ...TWO_GROUPS },
  steps: [bothBoot, apart, restarted, daemonReturns, losesPower('nodea'), joins('nodea')],
});
