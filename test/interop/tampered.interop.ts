import { SEATS } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { anyOf, BOTH_OWN, NOBODY_OWNS } from './support/alarms.ts';
import { gapAndItsEnd } from './support/gap.ts';
import type { Step } from './support/play.ts';
import { ALL_ON, asks, EACH_ITS_OWN, NOTHING, TIMES } from './support/steps.ts';
import { bothBootOnTakenCable } from './support/taken.ts';
import { tell } from './support/tell.ts';

const LIMIT = 120_000;
/** One datagram of ten is lost, as many change places with the next one, and as many come twice. */
const BAD = { loss: 0.1, swap: 0.1, duplication: 0.1 };

/** A message that is given up, or one that is never acknowledged, is an alarm whatever two real ones do. */
const GIVEN_UP = /Irretrievably lost|lost a lot|hist(?:ory)? queue/;

function throughIt(step: Step): Step {
  return {
    ...step,
    admits: anyOf(BOTH_OWN, NOBODY_OWNS),
    act: async (pair) => {
      await step.act(pair);
      for (const seat of SEATS) {
        const line = pair.nodes[seat].log.since(0).find((line) => GIVEN_UP.test(line));
        if (line !== undefined) throw new Error(`${seat}: ${line}`);
      }
    },
  };
}

/** All that the nodes say goes through one bad cable, both ways, and is asked for again where it has to be. */
const STEPS: readonly Step[] = [
  bothBootOnTakenCable,
  {
    title: 'the crossover goes bad',
    act: async (pair) => {
      const cable = await pair.crossover();
      await cable.tamper(BAD);
      const enough = async (): Promise<boolean> => {
        const counts = await cable.counts();
        return SEATS.every((seat) => {
          const { lost, swapped, duplicated } = counts[seat];
          return Math.min(lost, swapped, duplicated) >= 2;
        });
      };
      await until('two of each kind both ways', enough, LIMIT);
      await gapAndItsEnd(pair);
      // A real one takes the report that comes last for the newest; after a loss ours repeats it, of a swap nobody learns.
      await cable.tamper({ swap: 0 });
    },
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
    limit: NOTHING,
  },
  asks('standby', 'nodea', 'all', ALL_ON.nodeb),
  asks('takeover', 'nodea', 'local', EACH_ITS_OWN),
  asks('takeover', 'nodeb', 'all', ALL_ON.nodeb),
  asks('standby', 'nodeb', 'foreign', EACH_ITS_OWN),
];

tell({ name: 'a bad crossover', settings: { ...TIMES, media: ['ucast'] }, steps: STEPS.map(throughIt) });
