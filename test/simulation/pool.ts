import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Choice } from './defence-sets.ts';
import { Durations } from './durations.ts';
import { emptyTally, merge, type Tally } from './tally.ts';

/** Consecutive seeds. */
export interface Batch {
  readonly first: number;
  readonly pairs: number;
}

export interface PoolOptions {
  readonly first: number;
  readonly pairs: number;
  /** Virtual ms of each pair in which faults happen. */
  readonly duration: number;
  readonly defences: Choice;
  /** Worker threads. */
  readonly jobs: number;
  readonly progress: (tally: Tally) => void;
}

/** Small enough for a lively progress, large enough that nobody waits for orders. */
const batchSize = 100;

/** Play many pairs on all threads; batches that began are finished after a violation, so that the lowest seed of them is told. */
export async function playAll(options: PoolOptions): Promise<Tally> {
  const tally = emptyTally();
  const end = options.first + options.pairs;
  let next = options.first;
  const take = (): Batch | null => {
    if (next >= end || tally.violation) return null;
    const batch = { first: next, pairs: Math.min(batchSize, end - next) };
    next += batch.pairs;
    return batch;
  };
  const serve = async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { duration: options.duration, defences: options.defences },
    });
    try {
      for (let batch = take(); batch; batch = take()) {
        worker.postMessage(batch);
        const [part] = (await once(worker, 'message')) as [Tally];
        merge(tally, revived(part));
        options.progress(tally);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, serve));
  return tally;
}

/** What a thread sends has lost its classes. */
function revived(tally: Tally): Tally {
  for (const row of tally.rows.values()) {
    Object.setPrototypeOf(row.outages, Durations.prototype);
    Object.setPrototypeOf(row.doubles, Durations.prototype);
  }
  return tally;
}
