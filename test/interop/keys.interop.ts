import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MixedPair } from '../../scripts/laboratory/mixed.ts';
import type { Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import type { Step } from './support/play.ts';
import { bothBoot, EACH_ITS_OWN, NOTHING, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

const LIMIT = 20_000;
const OLD = '1 sha1 the-word';
/** Another method and the same word: a real one checks UDP with the word that it signs with itself (wire.md 6). */
const NEW = '2 md5 the-word';

/** Give a node another authkeys and have it read again. */
async function reload(pair: MixedPair, seat: Seat, authkeys: string): Promise<void> {
  const node = pair.nodes[seat];
  const mark = node.log.mark();
  // Only this file: a real one restarts where ha.cf is newer than it was.
  writeFileSync(join(node.box.directory, 'ha.d', 'authkeys'), authkeys);
  await node.reload();
  const reread = (): boolean =>
    node.log.since(mark).some((line) => line.includes('Rereading authentication file'));
  await until(`${seat} to read its keys again`, reread, LIMIT);
}

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

/** One node at a time: both learn the new entry, then sign with it, then forget the old one. */
const ROLL: readonly [what: string, authkeys: string][] = [
  ['learns the new key', `auth 1\n${OLD}\n${NEW}\n`],
  ['signs with the new key', `auth 2\n${OLD}\n${NEW}\n`],
  ['forgets the old key', `auth 2\n${NEW}\n`],
];

tell({
  name: 'keys rolled over',
  settings: { ...TIMES, authkeys: `auth 1\n${OLD}\n` },
  steps: [
    bothBoot,
    ...ROLL.flatMap(([what, authkeys]) => [rolls('nodea', what, authkeys), rolls('nodeb', what, authkeys)]),
  ],
});
