import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Choice } from './defence-sets.ts';
import type { Peers } from './heartbeat/peers.ts';
import type { Played } from './keep.ts';
import { merge, type Tally } from './tally.ts';

/** Consecutive seeds. */
export interface Batch {
  readonly first: number;
  readonly pairs: number;
}

export interface PoolOptions {
  /** What was played before: it goes on from there. */
  readonly begun: Played;
  /** The seed behind the last. */
  readonly end: number;
  /** Virtual ms of each pair in which faults happen. */
  readonly duration: number;
  readonly defences: Choice;
  readonly peers: Peers;
  /** Worker threads. */
  readonly jobs: number;
  readonly progress: (played: Played) => void;
}

/** Small enough for a lively progress, large enough that nobody waits for orders. */
const batchSize = 100;

/**
 * Play many pairs on all threads, and count them in the order of their seeds. Batches that began are finished after a
 * violation, so that the lowest seed of them is told.
 */
export async function playAll({
  begun,
  end,
  duration,
  defences,
  peers,
  jobs,
  progress,
}: PoolOptions): Promise<Played> {
  const { tally } = begun;
  /** Batches that are played, while one before them is not, by their first seed. */
  const parts = new Map<number, Batch & { readonly tally: Tally }>();
  let counted = begun.next;
  let next = begun.next;
  let isOver = false;
  const take = (): Batch | null => {
    if (next >= end || isOver) return null;
    const batch = { first: next, pairs: Math.min(batchSize, end - next) };
    next += batch.pairs;
    return batch;
  };
  const count = (batch: Batch, played: Tally) => {
    parts.set(batch.first, { ...batch, tally: played });
    isOver ||= played.violation !== null;
    for (let part = parts.get(counted); part; part = parts.get(counted)) {
      parts.delete(counted);
      counted += part.pairs;
      merge(tally, part.tally);
    }
    progress({ next: counted, tally });
  };
  const serve = async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { duration, defences, peers },
    });
    try {
      for (let batch = take(); batch; batch = take()) {
        worker.postMessage(batch);
        const [played] = (await once(worker, 'message')) as [Tally];
        count(batch, played);
      }
    } finally {
      // Nothing is left to play, or something went wrong: then the others end, too.
      isOver = true;
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: jobs }, serve));
  return { next: counted, tally };
}
