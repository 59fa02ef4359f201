import type { MixedPair } from '../../scripts/laboratory/mixed.ts';
import { other, SEATS, type Seat } from '../../scripts/laboratory/seat.ts';
import type { Step } from './support/play.ts';
import { type Cable, type Recording, record, replay, replayInVain } from './support/replay.ts';
import {
  blinks,
  EACH_ITS_OWN,
  joins,
  losesPower,
  NOTHING,
  ONLY,
  starts,
  stops,
  TIMES,
} from './support/steps.ts';
import { bothBootOnTakenCable } from './support/taken.ts';
import { tell } from './support/tell.ts';

/** The earlier lives of each pair's nodes, the oldest first. */
const lives = new WeakMap<MixedPair, Recording[]>();

function livesOf(pair: MixedPair, from: Seat): Recording[] {
  return (lives.get(pair) ?? []).filter((life) => life.from === from);
}

/** The end of a life: what the node said in it is written down before. */
function recorded(seat: Seat, step: Step): Step {
  return {
    ...step,
    act: async (pair) => {
      lives.set(pair, [...(lives.get(pair) ?? []), await record(pair, seat)]);
      await step.act(pair);
    },
  };
}

/** A node's memberships and links do not change: nothing of this is logged. */
const STIR = /Status update|Heartbeat restart|returning after partition|is dead|[Ll]ink .* (?:up|dead)|uuid/;

/** All that a node said in earlier lives is said again to its peer, on one cable after the other. */
function replays(seat: Seat, alive: boolean, cables: readonly Cable[] = ['crossover', 'serial']): Step {
  return {
    title: `${alive ? 'an earlier life' : 'the life before'} of ${seat} again`,
    act: async (pair) => {
      const marks = SEATS.map((seat) => pair.nodes[seat].log.mark());
      const earlier = livesOf(pair, seat);
      if (alive) await isYounger(pair, seat, earlier);
      // Of a dead node the last life is stale, which a real one does not say; what is older is told and comes behind it.
      const loud = alive ? earlier : earlier.slice(0, -1);
      for (const cable of cables) {
        for (const life of earlier.slice(loud.length)) await replay(pair, cable, life);
        for (const life of loud) await replayInVain(pair, cable, life);
      }
      SEATS.forEach((seat, index) => {
        const stir = pair.nodes[seat].log.since(marks[index] ?? 0).find((line) => STIR.test(line));
        if (stir !== undefined) throw new Error(`${seat} is impressed: ${stir}`);
      });
    },
    holdings: alive ? EACH_ITS_OWN : ONLY[other(seat)],
    owner: alive ? 'nodea' : other(seat),
    limit: NOTHING,
  };
}

/** What a node says now carries a higher generation than its earlier lives, each of which had a higher one than the last. */
async function isYounger(pair: MixedPair, seat: Seat, earlier: readonly Recording[]): Promise<void> {
  const generations = [...earlier, await record(pair, seat)].map(({ generation }) => generation);
  if (!generations.every((one, index) => index === 0 || one > (generations[index - 1] ?? 0)))
    throw new Error(`the generations of ${seat} do not go up: ${generations.join()}`);
}

tell({
  name: 'replays',
  settings: TIMES,
  steps: [
    bothBootOnTakenCable,
    recorded('nodeb', blinks('nodeb')),
    replays('nodeb', true),
    recorded('nodeb', stops('nodeb')),
    replays('nodeb', false),
    starts('nodeb'),
    replays('nodeb', true),
    recorded('nodea', blinks('nodea')),
    replays('nodea', true),
    recorded('nodea', losesPower('nodea')),
    // Without power at one end the crossover carries nothing.
    replays('nodea', false, ['serial']),
    joins('nodea'),
    replays('nodea', true),
  ],
});
