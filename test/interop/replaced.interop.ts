import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MixedPair } from '../../scripts/laboratory/mixed.ts';
import { other, type Seat } from '../../scripts/laboratory/seat.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import type { Step } from './support/play.ts';
import { bothBoot, joins, losesPower, NOTHING, ONLY, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

const LIMIT = 20_000;

/** Wait until a node has logged it. */
async function logged(pair: MixedPair, seat: Seat, mark: number, words: string): Promise<void> {
  const { log } = pair.nodes[seat];
  const said = (): boolean => log.since(mark).some((line) => line.includes(words));
  await until(`${seat} to log: ${words}`, said, LIMIT);
}

/** A box with the same files in /etc and nothing else of the old one: no uuid, no generation. */
function newBox(pair: MixedPair, seat: Seat): string {
  const state = join(pair.boxes[seat].directory, 'state');
  for (const entry of readdirSync(state, { recursive: true, withFileTypes: true }))
    if (!entry.isDirectory()) rmSync(join(entry.parentPath, entry.name));
  return state;
}

function replaced(seat: Seat): Step {
  const step = joins(seat);
  return {
    ...step,
    title: `a new box joins as ${seat}`,
    act: async (pair) => {
      const peer = other(seat);
      const mark = pair.nodes[peer].log.mark();
      newBox(pair, seat);
      await step.act(pair);
      await logged(pair, peer, mark, `node ${seat} changed its uuid to`);
    },
  };
}

/** Its clock is far behind: what it says seems to be of an earlier life than its predecessor's. */
function lateBox(seat: Seat): Step {
  return {
    title: `a box of the past is ${seat}`,
    act: async (pair) => {
      const peer = other(seat);
      const mark = pair.nodes[peer].log.mark();
      const state = newBox(pair, seat);
      writeFileSync(join(state, 'hb_generation'), `${'1000'.padStart(15)}\n`);
      await pair.nodes[seat].boot();
      await logged(pair, peer, mark, 'attempted replay attack');
      await sleep(TIMES.initdead + TIMES.deadtime);
    },
    holdings: ONLY[other(seat)],
    owner: other(seat),
    limit: NOTHING,
  };
}

tell({
  name: 'a box is replaced',
  settings: TIMES,
  steps: [
    bothBoot,
    losesPower('nodea'),
    replaced('nodea'),
    losesPower('nodeb'),
    replaced('nodeb'),
    losesPower('nodea'),
    lateBox('nodea'),
  ],
});
