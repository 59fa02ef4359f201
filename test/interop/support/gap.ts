import type { MixedPair } from '../../../scripts/laboratory/mixed.ts';
import { SEATS } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';

const LIMIT = 120_000;

/** Wait until each side has missed messages of the other, and has got them all again. */
export async function gapAndItsEnd(pair: MixedPair): Promise<void> {
  for (const seat of SEATS)
    for (const words of ['lost packet(s) for', 'No pkts missing from'])
      await until(
        `${seat} to log: ${words}`,
        () => pair.nodes[seat].log.since(0).some((line) => line.includes(words)),
        LIMIT,
      );
}
