import type { Seat } from '../../scripts/laboratory/seat.ts';
import { reload, roll } from './support/keys.ts';
import type { Step } from './support/play.ts';
import { bothBoot, EACH_ITS_OWN, NOTHING, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

const OLD = '1 sha1 the-word';
/** Another method and the same word: a real one checks UDP with the word that it signs with itself (wire.md 6). */
const NEW = '2 md5 the-word';

function rolls(seat: Seat, what: string, authkeys: string): Step {
  return {
    title: `${seat} ${what}`,
    act: (pair) => reload(pair, seat, authkeys),
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
    limit: NOTHING,
    // The signal interrupts a real one while it reads its serial port, and the message that it was reading is lost.
    admits: /EOF in ttygets|stringNmsg_ll/,
  };
}

tell({
  name: 'keys rolled over',
  settings: { ...TIMES, authkeys: `auth 1\n${OLD}\n` },
  steps: [
    bothBoot,
    ...roll(OLD, NEW).flatMap(([what, authkeys]) => [
      rolls('nodea', what, authkeys),
      rolls('nodeb', what, authkeys),
    ]),
  ],
});
