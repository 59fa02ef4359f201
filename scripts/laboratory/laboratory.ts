import { join } from 'node:path';
import { Box } from './box.ts';
import { NullModem } from './cable.ts';
import { Client } from './client.ts';
import { Network, VIRTUAL_ADDRESS } from './network.ts';
import { EXECUTABLE, TwinbeatNode } from './node.ts';
import { type PerSeat, perSeat, type Seat } from './seat.ts';
import { type PairSettings, settingsOf } from './settings.ts';
import { atEnd, newDirectory, newPrefix, sweep } from './sweep.ts';

/** The cables, two boxes without power and software, and the client. */
export interface Bench {
  readonly prefix: string;
  /** All files of the pair, a directory for each node in it. */
  readonly directory: string;
  readonly network: Network;
  readonly serial: NullModem;
  readonly boxes: PerSeat<Box>;
  readonly client: Client;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A pair of Twinbeat nodes on a bench. */
export interface Laboratory extends Bench {
  readonly settings: PairSettings;
  readonly nodes: PerSeat<TwinbeatNode>;
  readonly nodea: TwinbeatNode;
  readonly nodeb: TwinbeatNode;
}

export interface PairWishes extends Partial<PairSettings> {
  /** The agent to run; else the built executable. */
  readonly executable?: string;
}

/**
 * Lay the cables of a pair. Needs the privileges of `privilege.ts`. Everything goes when it is closed, and at the latest
 * with the process.
 */
export async function layBench(baud = 19200): Promise<Bench> {
  const prefix = newPrefix();
  const forget = atEnd(() => sweep(prefix));
  try {
    const directory = newDirectory(prefix);
    const network = await Network.lay(prefix);
    const serial = await NullModem.lay(baud);
    const client = await Client.connect(network.namespace('lan'), VIRTUAL_ADDRESS);
    const close = async (): Promise<void> => {
      await Promise.all([client.close(), serial.close()]);
      sweep(prefix);
      forget();
    };
    const boxes = perSeat((seat: Seat) => new Box(seat, join(directory, seat), network, serial));
    return { prefix, directory, network, serial, boxes, client, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    sweep(prefix);
    forget();
    throw error;
  }
}

/** Lay a pair of Twinbeat nodes, both without power. */
export async function layPair(wishes: PairWishes = {}): Promise<Laboratory> {
  const { executable = EXECUTABLE, ...rest } = wishes;
  const settings = settingsOf(rest);
  const bench = await layBench(settings.baud);
  try {
    const nodes = perSeat((seat) => new TwinbeatNode(bench.boxes[seat], settings, executable));
    return { ...bench, settings, nodes, nodea: nodes.nodea, nodeb: nodes.nodeb };
  } catch (error) {
    await bench.close();
    throw error;
  }
}
