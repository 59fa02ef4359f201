/** The crossover cable in the hands of somebody: frames between the plugs. A process of its own. Arguments: PLUG PLUG SEED. */
import { readSync, writeSync } from 'node:fs';
import { binding } from '../../hw/binding.ts';
import { CrossoverLine, type DatagramCounts, type Tampering } from './crossover-line.ts';
import { serve } from './helper.ts';
import { seeded } from './line.ts';
import { loadFrames } from './native.ts';
import { other, type PerSeat, perSeat, SEATS, type Seat } from './seat.ts';

/** Directions are named by the seat that sends. */
export type CrossoverVerbs = {
  set(from: Seat, tampering: Partial<Tampering>): void;
  counts(): PerSeat<DatagramCounts>;
  memory(from: Seat): readonly Uint8Array[];
  replay(from: Seat, frames: readonly Uint8Array[]): void;
};

/** A plug without a carrier says so once when it is read, and whenever it is written to. */
const UNPLUGGED = ['ENETDOWN', 'ENXIO'];
/** Of the longest frame; nothing here is larger than Ethernet's. */
const LARGEST = 2048;

const [, , nodea = '', nodeb = '', seed = ''] = process.argv;
const random = seeded(Number(seed));
const { openFrames } = loadFrames();
const plugs: PerSeat<number> = { nodea: openFrames(nodea), nodeb: openFrames(nodeb) };
const buffer = new Uint8Array(LARGEST);

/** What a call moved; 0 where nothing waits, there is no room, or the plug is out. */
function moved(work: () => number): number {
  try {
    return work();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'ENOBUFS' || UNPLUGGED.includes(code)) return 0;
    throw error;
  }
}

const lines = perSeat((from) => {
  const target = plugs[other(from)];
  return new CrossoverLine((frame) => void moved(() => writeSync(target, frame)), random);
});

for (const from of SEATS)
  binding().watch(plugs[from], () => {
    const length = moved(() => readSync(plugs[from], buffer));
    if (length > 0) lines[from].carry(buffer.subarray(0, length));
  });

serve<CrossoverVerbs>({
  set: (from, tampering) => void Object.assign(lines[from].tampering, tampering),
  counts: () => perSeat((from) => lines[from].counts),
  memory: (from) => lines[from].memory,
  replay: (from, frames) => lines[from].replay(frames),
});
