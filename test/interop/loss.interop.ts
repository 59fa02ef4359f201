import { anyOf, BOTH_OWN, UNREADABLE } from './support/alarms.ts';
import { gapAndItsEnd } from './support/gap.ts';
import type { Step } from './support/play.ts';
import { ALL_ON, asks, bothBoot, EACH_ITS_OWN, NOTHING, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

/** Of a byte to be garbled: one message of ten or so is lost. */
const NOISE = 0.0004;

/** All that the nodes say goes through one bad cable: what is lost has to be asked for and sent again, both ways. */
const STEPS: readonly Step[] = [
  bothBoot,
  {
    title: 'the cable becomes noisy',
    act: async (pair) => {
      await pair.serial.noise(NOISE);
      await gapAndItsEnd(pair);
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

tell({
  name: 'a noisy cable',
  settings: { ...TIMES, media: ['serial'] },
  steps: STEPS.map((step) => ({ ...step, admits: anyOf(UNREADABLE, BOTH_OWN) })),
});
