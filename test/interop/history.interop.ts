import { setTimeout as sleep } from 'node:timers/promises';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { ALL_ON, asks, bothBoot, EACH_ITS_OWN, NOTHING } from './support/steps.ts';
import { tell } from './support/tell.ts';

const KEEPALIVE = 100;
/** A real one keeps 500 messages until they are acknowledged, and complains when three quarters are not. */
const MESSAGES = 450;

tell({
  name: 'a long time',
  settings: { keepalive: KEEPALIVE, deadtime: 3000, initdead: 6000, media: ['ucast'] },
  steps: [
    bothBoot,
    {
      title: `${MESSAGES} heartbeats`,
      act: async (pair) => {
        await sleep(MESSAGES * KEEPALIVE);
        for (const seat of SEATS) {
          const full = pair.nodes[seat].log.since(0).find((line) => /hist(ory)? queue/.test(line));
          if (full !== undefined) throw new Error(`${seat} was not acknowledged: ${full}`);
        }
      },
      holdings: EACH_ITS_OWN,
      owner: 'nodea',
      limit: NOTHING,
    },
    asks('standby', 'nodea', 'all', ALL_ON.nodeb),
    asks('takeover', 'nodea', 'local', EACH_ITS_OWN),
  ],
});
