import { setTimeout as sleep } from 'node:timers/promises';
import { other, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { look } from './support/look.ts';
import type { Step } from './support/play.ts';
import { reloads } from './support/reload-step.ts';
import { bothBoot, EACH_ITS_OWN, HEARTBEATS_WAYS, NOTHING, ONLY, starts, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

const MISSED_LIMIT = 20_000;

/** The daemon is gone, the box lives on with all the addresses that it had: both boxes have nodea's. */
function crashes(seat: Seat): Step {
  return {
    title: `the daemon of ${seat} is killed`,
    act: (pair) => pair.nodes[seat].crash(),
    holdings: ONLY[other(seat)],
    owner: null,
    leftOver: true,
  };
}

/** A box that gets a third of its time, in pieces far shorter than deadtime: nothing moves. */
function slows(seat: Seat): Step {
  return {
    title: `${seat} is slow`,
    act: async (pair) => {
      for (let piece = 0; piece < 8; piece++) {
        await pair.nodes[seat].freeze();
        await sleep(400);
        await pair.nodes[seat].thaw();
        await sleep(200);
      }
    },
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
    limit: NOTHING,
  };
}

/** Stopped for longer than deadtime, then continued; its kernel answers for its addresses all the time. */
function freezes(seat: Seat): Step {
  return {
    title: `${seat} is frozen and thawed`,
    act: async (pair) => {
      await pair.nodes[seat].freeze();
      const peer = other(seat);
      const missed = async (): Promise<boolean> => (await look(pair, peer))?.peer === 'dead';
      await until(`${peer} to miss its peer`, missed, MISSED_LIMIT);
      await pair.nodes[seat].thaw();
    },
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
    admits: /^ERROR: No local heartbeat\./,
  };
}

/**
 * Started again on a box that kept the addresses. No limit: a real one finds its address in place and does not announce it,
 * so the client goes on asking the other until its own memory of who has it runs out.
 */
function recovers(seat: Seat): Step {
  const { limit: _, ...step } = starts(seat);
  return step;
}

tell({
  name: 'daemons',
  settings: { ...TIMES, ...HEARTBEATS_WAYS },
  steps: [
    bothBoot,
    reloads('nodea'),
    reloads('nodeb'),
    crashes('nodea'),
    recovers('nodea'),
    crashes('nodeb'),
    recovers('nodeb'),
    slows('nodea'),
    slows('nodeb'),
    freezes('nodea'),
    freezes('nodeb'),
  ],
});
