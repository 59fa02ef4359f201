import { setTimeout as sleep } from 'node:timers/promises';
import { ipBatch } from '../../../scripts/laboratory/command.ts';
import type { MixedPair } from '../../../scripts/laboratory/mixed.ts';
import { other, perSeat, type Seat } from '../../../scripts/laboratory/seat.ts';
import type { PairSettings } from '../../../scripts/laboratory/settings.ts';
import { until } from '../../../scripts/laboratory/wait.ts';
import type { Step } from './play.ts';
import { ALL_ON, TAKEOVER, TIMES } from './steps.ts';

/** On the LAN; nobody has it until `appears`. */
export const SECOND_ADDRESS = '10.78.0.2';
/** On the LAN; nobody ever has it. */
export const UNUSED_ADDRESS = '10.78.0.9';

/** The gateway's deadtime, then ipfail's own delay, then a standby. */
export const GIVE_UP = 2 * TAKEOVER;
const NOTICE_LIMIT = 20_000;
/** The nodes compare and let ipfail's delay of two keepalives pass: what they would move begins to move by then. */
const CONSIDERATION = 4 * TIMES.keepalive;

/** A pair whose nodes ask what the `ping` and `ping_group` lines name, and compare. */
export function watching(...pings: readonly string[]): Partial<PairSettings> {
  return {
    ...TIMES,
    directives: [...pings, 'respawn hacluster /usr/libexec/heartbeat/ipfail', 'apiauth ipfail uid=hacluster'],
  };
}

export function cutLan(...seats: readonly Seat[]): Step['act'] {
  return async ({ network }) => {
    await Promise.all(seats.map((seat) => network.cut(seat)));
  };
}

export function mendLan(...seats: readonly Seat[]): Step['act'] {
  return async ({ network }) => {
    await Promise.all(seats.map((seat) => network.mend(seat)));
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

/** Who does not see the gateway any more gives up everything to the one that does. */
export function losesLan(seat: Seat, limit = GIVE_UP): Step {
  return {
    title: `${seat} loses its LAN`,
    act: cutLan(seat),
    holdings: ALL_ON[other(seat)],
    owner: other(seat),
    limit,
  };
}
