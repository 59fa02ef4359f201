import type { MixedPair } from '../../scripts/laboratory/mixed.ts';
import { TwinbeatNode } from '../../scripts/laboratory/node.ts';
import { other, perSeat, SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { atRest } from './support/look.ts';
import {
  ALL_ON,
  bothBoot,
  cutBoth,
  EACH_ITS_OWN,
  HEARTBEATS_WAYS,
  mendBoth,
  TIMES,
} from './support/steps.ts';
import { tell } from './support/tell.ts';

/** Heartbeat restarts, which takes longest. */
const LIMIT = 60_000;

/**
 * Two real ones both give up all and begin anew, each with its own. One of ours goes on serving while the real one gives
 * up, and nothing goes back unasked.
 */
async function mend(pair: MixedPair): Promise<void> {
  const ours = SEATS.find((seat) => pair.nodes[seat] instanceof TwinbeatNode);
  const marks = perSeat((seat) => pair.nodes[seat].log.mark());
  await mendBoth(pair);
  if (ours === undefined) return;
  const real = other(ours);
  const restarts = (seat: Seat): boolean =>
    pair.nodes[other(seat)].log
      .since(marks[other(seat)])
      .some((line) => line.includes(`Heartbeat restart on node ${seat}`));
  await until(`${real} to begin anew`, () => restarts(real), LIMIT);
  await atRest(pair, { holdings: ALL_ON[ours], owner: ours }, LIMIT);
  // Who seems to have restarted was in no partition, and the other would not give up.
  if (restarts(ours)) throw new Error(`${real} says that ${ours} restarted`);
  await pair.nodes[real].takeover('local');
}

tell({
  name: 'a partition without failback',
  settings: { ...TIMES, ...HEARTBEATS_WAYS, autoFailback: 'off' },
  steps: [
    bothBoot,
    {
      title: 'both cables are cut',
      act: cutBoth,
      holdings: { nodea: 'all', nodeb: 'all' },
      // Both have the address: who answers is a matter of chance.
      owner: null,
      parted: true,
    },
    { title: 'both cables are mended', act: mend, holdings: EACH_ITS_OWN, owner: 'nodea' },
  ],
});
