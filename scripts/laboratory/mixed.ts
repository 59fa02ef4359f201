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
    return { ...bench, settings, nodes };
  } catch (error) {
    await bench.close();
    throw error;
  }
}
