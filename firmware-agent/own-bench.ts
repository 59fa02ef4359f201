import { type BenchPort, type BenchPortOptions, openBenchPort } from '../hw/bench-port.ts';
import type { Bench, Input, Output, Tally } from './doctor/bench.ts';
import { block, blockLength, PatternCounter } from './doctor/pattern.ts';

/** Blocks that are written at once. */
const together = 8;

export interface OwnBenchOptions {
  /** The tty, which nothing else has open. */
  readonly path: string;
  readonly baud: number;
  readonly binding?: BenchPortOptions['binding'];
  /** The port is free again. */
  readonly left: () => void;
}

/** This box's own end of a cable. Rejects where its port cannot be opened. */
export async function openOwnBench(options: OwnBenchOptions): Promise<Bench> {
  let counter = new PatternCounter();
  const { path, baud, binding } = options;
  const port = await openBenchPort({ path, baud, binding, received: (bytes) => counter.take(bytes) });
  return {
    drive: (output: Output, on: boolean) => port.drive(output === 'RTS' ? 'rts' : 'dtr', on),
    sense: () => sensed(port),
    rate: (wanted: number) => port.rate(wanted),
    async listen() {
      counter = new PatternCounter();
    },
    async emit(blocks: number) {
      for (let at = 0; at < blocks; at += together) {
        const bytes = new Uint8Array(Math.min(together, blocks - at) * blockLength);
        for (let n = 0; n * blockLength < bytes.length; n += 1) bytes.set(block(at + n), n * blockLength);
        await port.write(bytes);
      }
    },
    tally: async (): Promise<Tally> => counter.tally,
    async leave() {
      await port.close();
      options.left();
    },
  };
}

async function sensed(port: BenchPort): Promise<Input[] | null> {
  const on = await port.sense();
  if (on === null) return null;
  return [
    ...(on.cts ? ['CTS' as const] : []),
    ...(on.dsr ? ['DSR' as const] : []),
    ...(on.dcd ? ['DCD' as const] : []),
  ];
}
