import { parentPort, workerData } from 'node:worker_threads';
import { type Choice, setsOf } from './defence-sets.ts';
import type { Peers } from './heartbeat/peers.ts';
import type { Batch } from './pool.ts';
import { play } from './run.ts';
import { count, emptyTally } from './tally.ts';

/** Plays batches of seeds, each until its first violation, and answers each with what is kept of it. */
const { duration, defences, peers } = workerData as { duration: number; defences: Choice; peers: Peers };

parentPort?.on('message', ({ first, pairs }: Batch) => {
  const tally = emptyTally();
  for (let seed = first; seed < first + pairs && !tally.violation; seed += 1) {
    for (const set of setsOf(defences, seed)) count(tally, play({ seed, duration, defences: set, peers }));
  }
  parentPort?.postMessage(tally);
});
