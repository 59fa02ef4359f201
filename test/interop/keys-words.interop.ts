import { setTimeout as sleep } from 'node:timers/promises';
import { HeartbeatNode } from '../../scripts/laboratory/heartbeat-node.ts';
import type { MixedPair } from '../../scripts/laboratory/mixed.ts';
import { SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import { UNREADABLE } from './support/alarms.ts';
import { reload, roll } from './support/keys.ts';
import type { Step } from './support/play.ts';
import { bothBoot, EACH_ITS_OWN, NOTHING, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

const OLD = '1 sha1 the-old-word';
const NEW = '2 sha1 the-new-word';

/** A link that is lost, if only for a moment; a message that is not believed, as a real one says it and ours. */
const REFUSED = /x0.* dead|authentication failed|forged/;

/**
 * Two real ones lose their crossover while one of them signs with the new word and the other with the old one (wire.md 6),
 * and live on by the serial cable. A pair with one of ours keeps both.
 */
function keepsCrossover(pair: MixedPair): void {
  if (SEATS.every((seat) => pair.nodes[seat] instanceof HeartbeatNode)) return;
  for (const seat of SEATS) {
    const lost = pair.nodes[seat].log.since(0).find((line) => REFUSED.test(line));
    if (lost !== undefined) throw new Error(`${seat} does not understand its peer: ${lost}`);
  }
}

function rolls(seat: Seat, what: string, authkeys: string): Step {
  return {
    title: `${seat} ${what}`,
    act: async (pair) => {
      await reload(pair, seat, authkeys);
      // As long as a cable is given the benefit of the doubt.
      await sleep(TIMES.deadtime + TIMES.keepalive);
      keepsCrossover(pair);
    },
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
    limit: NOTHING,
    // Two real ones dump every message that they do not believe.
    admits: UNREADABLE,
  };
}

tell({
  name: 'keys with other words',
  settings: { ...TIMES, authkeys: `auth 1\n${OLD}\n` },
  steps: [
    bothBoot,
    ...roll(OLD, NEW).flatMap(([what, authkeys]) => [
      rolls('nodea', what, authkeys),
      rolls('nodeb', what, authkeys),
    ]),
  ],
});
