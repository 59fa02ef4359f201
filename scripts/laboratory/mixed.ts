import { Crossover } from './crossover.ts';
import { HeartbeatNode } from './heartbeat-node.ts';
import { type Bench, layBench } from './laboratory.ts';
import { type PairNode, TwinbeatNode } from './node.ts';
import { type PerSeat, perSeat } from './seat.ts';
import { type PairSettings, settingsOf } from './settings.ts';

export type Daemon = 'twinbeat' | 'heartbeat';

/** A pair whose nodes each run either daemon, on the cables of the laboratory. */
export interface MixedPair extends Bench {
  readonly settings: PairSettings;
  readonly nodes: PerSeat<TwinbeatNode | HeartbeatNode>;
  /** The crossover cable in somebody's hands, from the first call on. */
  crossover(): Promise<Crossover>;
}

/** Lay a pair with a daemon of its own kind on each seat, both without power. */
export async function layMixed(
  daemons: PerSeat<Daemon>,
  wishes: Partial<PairSettings> = {},
): Promise<MixedPair> {
  const settings = settingsOf(wishes);
  const bench = await layBench(settings.baud);
  try {
    const nodes = perSeat((seat): PairNode & (TwinbeatNode | HeartbeatNode) => {
      const Kind = daemons[seat] === 'twinbeat' ? TwinbeatNode : HeartbeatNode;
      return new Kind(bench.boxes[seat], settings);
    });
    let taken: Promise<Crossover> | undefined;
    const crossover = (): Promise<Crossover> => {
      taken ??= Crossover.take(bench.network);
      return taken;
    };
    const close = async (): Promise<void> => {
      await (await taken)?.close();
      await bench.close();
    };
    return { ...bench, settings, nodes, crossover, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await bench.close();
    throw error;
  }
}
