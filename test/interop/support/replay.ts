import { setTimeout as sleep } from 'node:timers/promises';
import { HeartbeatNode } from '../../../scripts/laboratory/heartbeat-node.ts';
import type { MixedPair } from '../../../scripts/laboratory/mixed.ts';
import { other, type Seat } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';

/** The heartbeats that somebody wrote down in a node's life, on either cable. */
export interface Recording {
  readonly from: Seat;
  /** The generation that its messages carry. */
  readonly generation: number;
  readonly crossover: readonly Uint8Array[];
  readonly serial: readonly string[];
}

export type Cable = 'serial' | 'crossover';

/** So many are enough; more serial ones would not find room in the port. */
const DATAGRAMS = 30;
const MESSAGES = 5;
const LIMIT = 20_000;
/** The serial line is idle when it carries nothing for so many milliseconds; several bytes' time. */
const IDLE = 40;

/** Write down the last heartbeats of a node; the crossover has to be in somebody's hands since its boot. */
export async function record(pair: MixedPair, from: Seat): Promise<Recording> {
  const cable = await pair.crossover();
  let serial: string[] = [];
  await until(
    `${MESSAGES} heartbeats of ${from} on the serial cable`,
    async () => {
      serial = (await messages(pair, from)).filter((message) => /^t=status$/m.test(message)).slice(-MESSAGES);
      return serial.length === MESSAGES && generationOf(serial[0]) === generationOf(serial.at(-1));
    },
    LIMIT,
  );
  const generation = generationOf(serial[0]);
  const isOfThisLife = (frame: Uint8Array): boolean =>
    ['t=status', `hg=${generation.toString(16)}`].every((field) => Buffer.from(frame).includes(field));
  const crossover = (await cable.memory(from)).filter(isOfThisLife).slice(-DATAGRAMS);
  return { from, generation, crossover, serial };
}

/** Send all of it again on one cable. */
export async function replay(
  pair: MixedPair,
  cable: Cable,
  { from, crossover, serial }: Recording,
): Promise<void> {
  if (cable === 'crossover') {
    await (await pair.crossover()).replay(from, crossover);
    return;
  }
  await idle(pair, from);
  await pair.serial.inject(from, Buffer.from(serial.join(''), 'latin1'));
}

/** How many messages a node has refused as replays: the real one tells its log alone, and not on which cable. */
export async function refused(pair: MixedPair, seat: Seat, cable: Cable): Promise<number> {
  const node = pair.nodes[seat];
  if (node instanceof HeartbeatNode)
    return node.log.since(0).filter((line) => line.includes('attempted replay attack')).length;
  const medium = cable === 'serial' ? 'serial' : 'ucast';
  let count: number | undefined;
  await until(
    `${seat} to tell of its ${cable} cable`,
    async () => {
      const link = (await node.status())?.links.find((link) => link.medium === medium);
      count = link?.rejected.replayed;
      return count !== undefined;
    },
    LIMIT,
  );
  return count ?? 0;
}

/** Have the peer of `from` hear an earlier life on one cable, and wait until it has refused it. */
export async function replayInVain(pair: MixedPair, cable: Cable, recording: Recording): Promise<void> {
  const victim = other(recording.from);
  const before = await refused(pair, victim, cable);
  await replay(pair, cable, recording);
  await until(
    `${victim} to refuse what ${recording.from} said on the ${cable} cable in an earlier life`,
    async () => (await refused(pair, victim, cable)) > before,
    LIMIT,
  );
}

/** The whole messages among the last that came through the serial cable, the oldest first. */
async function messages(pair: MixedPair, from: Seat): Promise<string[]> {
  const text = Buffer.from(await pair.serial.tail(from)).toString('latin1');
  return text.match(/>>>\n(?:(?!>>>).)*?<<<\n/gs) ?? [];
}

function generationOf(message = ''): number {
  return Number.parseInt(/^hg=(\w+)$/m.exec(message)?.[1] ?? '', 16);
}

/** Wait until nobody is in the middle of a message, which would be garbled. */
async function idle(pair: MixedPair, from: Seat): Promise<void> {
  const sent = async (): Promise<number> => (await pair.serial.counts())[from].sent;
  await until(
    `${from} to be silent on the serial cable`,
    async () => {
      const before = await sent();
      await sleep(IDLE);
      return (await sent()) === before;
    },
    LIMIT,
  );
}
