/** The null-modem cable itself: two pseudo-terminals, joined. A process of its own. Arguments: BAUD SEED. */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { serve } from './helper.ts';
import { Line, type LineCounts, type LineEnds, type LineSettings, seeded } from './line.ts';
import { loadPty } from './native.ts';
import { other, type PerSeat, perSeat, SEATS, type Seat } from './seat.ts';

/** Lines are named by the seat that sends on them. */
export type CableVerbs = {
  /** The terminals' paths. */
  ports(): PerSeat<string>;
  set(from: Seat, settings: Partial<LineSettings>): void;
  counts(): PerSeat<LineCounts>;
  inject(from: Seat, bytes: Uint8Array): void;
  tail(from: Seat): Uint8Array;
  reset(seat: Seat): void;
};

/** Milliseconds between two looks at the line: at 19200 baud eight bytes, as a 16550 hands them over. */
const TICK = 4;

// Reading an idle line is an exception (EAGAIN) hundreds of times a second: spare its stack trace.
Error.stackTraceLimit = 0;

const baud = Number(process.argv[2]);
const random = seeded(Number(process.argv[3]));
const addon = loadPty();
const masters = perSeat(() => addon.openPty());
// A terminal that nobody has open gives its master an error: hold it open for the whole time.
const slaves = perSeat((seat) =>
  openSync(masters[seat].path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK),
);

/** What a non-blocking call moved; nothing to read and no room to write are 0. */
function moved(work: () => number): number {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

function ends(from: Seat): LineEnds {
  const source = masters[from].fd;
  const target = () => masters[lines[from].settings.loop ? from : other(from)].fd;
  return {
    take: (into, most) => moved(() => readSync(source, into, 0, most, null)),
    give: (bytes) => moved(() => writeSync(target(), bytes)),
  };
}

const lines = perSeat((from) => new Line(baud, ends(from), random, performance.now()));

setInterval(() => {
  for (const from of SEATS) lines[from].carry(performance.now());
}, TICK);

process.on('exit', () => {
  for (const seat of SEATS) closeSync(slaves[seat]);
});

serve<CableVerbs>({
  ports: () => perSeat((seat) => masters[seat].path),
  set: (from, settings) => void Object.assign(lines[from].settings, settings),
  counts: () => perSeat((from) => lines[from].counts),
  inject: (from, bytes) => lines[from].deliver(bytes),
  tail: (from) => lines[from].tail,
  reset: (seat) => {
    addon.resetPty(masters[seat].fd);
    addon.resetPty(slaves[seat]);
  },
});
