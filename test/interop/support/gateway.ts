import { setTimeout as sleep } from 'node:timers/promises';
import { ipBatch } from '../../../scripts/laboratory/command.ts';
import type { MixedPair } from '../../../scripts/laboratory/mixed.ts';
import { perSeat, type Seat } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';
import type { Step } from './play.ts';

/** On the LAN; nobody has it until `appears`. */
export const SECOND_ADDRESS = '10.78.0.2';
/** On the LAN; nobody ever has it. */
export const UNUSED_ADDRESS = '10.78.0.9';

/**
 * Two nodes notice the same thing up to a keepalive apart, and the ipfail of a real one hears and says everything up to a
 * second late: the delay of two keepalives, in which the later one may stop the other from moving, must be longer than both.
 */
export const LEISURE = { keepalive: 1500, deadtime: 4000, initdead: 8000 };
/** The gateway's deadtime, then a comparison and the delay, then a standby. */
export const GIVE_UP = 20_000;

const NOTICE_LIMIT = 20_000;
/** The nodes compare and let the delay pass: what they would move begins to move by then. */
const CONSIDERATION = 3 * LEISURE.keepalive;

/** Do the same to the LAN of several nodes at once. */
export function lan(verb: 'cut' | 'mend', ...seats: readonly Seat[]): Step['act'] {
  return async ({ network }) => {
    await Promise.all(seats.map((seat) => network[verb](seat)));
  };
}

/** The host that is the gateway has another address from now on. */
export function appears(address: string): Step['act'] {
  return ({ network }) => ipBatch(network.namespace('lan'), [`addr add ${address}/24 dev client`]);
}

export function disappears(address: string): Step['act'] {
  return ({ network }) => ipBatch(network.namespace('lan'), [`addr del ${address}/24 dev client`]);
}

/** Do something after which a ping node answers, or no more; it is done when the nodes noticed and thought it over. */
export function noticed(
  act: Step['act'],
  ping: string,
  news: 'answers' | 'is silent',
  seats: readonly Seat[],
): Step['act'] {
  const words =
    news === 'answers' ? `Status update for node ${ping}: status ping` : `Link ${ping}:${ping} dead.`;
  return async (pair) => {
    const marks = perSeat((seat) => pair.nodes[seat].log.mark());
    await act(pair);
    for (const seat of seats) await logged(pair, seat, words, marks[seat]);
    await sleep(CONSIDERATION);
  };
}

/** Wait until a node has logged it since the mark. */
export async function logged(pair: MixedPair, seat: Seat, words: string, mark = 0): Promise<void> {
  await until(
    `${seat} to log: ${words}`,
    () => pair.nodes[seat].log.since(mark).some((line) => line.includes(words)),
    NOTICE_LIMIT,
  );
}
