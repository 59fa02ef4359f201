import { setTimeout as pause } from 'node:timers/promises';
import { monotonic } from './clock.ts';
import { errorText } from './error.ts';
import { closingTime, type OpenStream, openStream, type SerialBinding, settled } from './serial-port.ts';
import { within } from './within.ts';

/** The inputs of a port, as its other end drives them. */
export interface PortInputs {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly dcd: boolean;
}

/** A serial port under examination: nothing of what goes through it is a message. Everything rejects with an Error once it fails. */
export interface BenchPort {
  /** Bits per second from now on; what waited in either direction is gone. False: the port does not do that rate. */
  rate(baud: number): Promise<boolean>;
  /** RTS or DTR, raised or dropped; nothing on a port without modem lines. */
  drive(output: 'rts' | 'dtr', on: boolean): Promise<void>;
  /** Null: a port without modem lines. */
  sense(): Promise<PortInputs | null>;
  /** Resolves when the line has had the time for the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** What waited is gone. */
  close(): Promise<void>;
}

export interface BenchPortOptions {
  readonly path: string;
  /** Bits per second, at first. */
  readonly baud: number;
  readonly binding?: SerialBinding | undefined;
  /** Bytes that came in, cut anywhere. */
  readonly received: (bytes: Uint8Array) => void;
}

/** What the binding says of a terminal that has no modem lines; its errors have no codes. */
const withoutLines = /Inappropriate ioctl|Invalid argument|Input\/output error/;
/** Milliseconds that the port may take for anything, beyond its time on the line. */
const patience = 2000;
/** It may still be locked for so many ms by who had it before, and is tried again that often. */
const lockedFor = 2000;
const lockedLook = 100;

/** 8 data bits, no parity, 1 stop bit, no flow control; DTR and RTS are on. Rejects with an Error that says why not. */
export async function openBenchPort(options: BenchPortOptions): Promise<BenchPort> {
  const over = Promise.withResolvers<never>();
  // Whoever waits for something hears of it; nobody may.
  over.promise.catch(() => undefined);
  const { stream, close } = await openFree(options, over.reject);
  let { baud } = options;
  // Whatever is not told is set as well.
  const driven = { rts: true, dtr: true };
  const done = async (start: Parameters<typeof settled>[0], time = 0): Promise<void> => {
    const late = new AbortController();
    const limit = pause(time + patience, undefined, { signal: late.signal }).then(() => {
      throw new Error('the port does not answer');
    });
    try {
      await Promise.race([over.promise, limit, settled(start)]);
    } finally {
      late.abort();
    }
  };
  return {
    async rate(wanted) {
      // A refusal is an answer; no answer is none.
      let isRefused = false;
      await done((settle) =>
        stream.update({ baudRate: wanted }, (error) => {
          isRefused = error !== null && stream.isOpen;
          settle(isRefused ? null : error);
        }),
      );
      if (isRefused) return false;
      baud = wanted;
      await done((settle) => stream.flush(settle));
      return true;
    },
    async drive(output, on) {
      driven[output] = on;
      await done((settle) => stream.set(driven, settle)).catch(bearWithoutLines);
    },
    async sense() {
      let inputs: PortInputs | null = null;
      const get = done((settle) =>
        stream.get((error, lines) => {
          if (lines) inputs = { cts: lines.cts, dsr: lines.dsr, dcd: lines.dcd };
          settle(error);
        }),
      );
      await get.catch(bearWithoutLines);
      return inputs;
    },
    async write(bytes) {
      const started = monotonic();
      const time = (bytes.length * 10_000) / baud;
      await done((settle) => stream.write(bytes, (error) => settle(error ?? null)), time);
      await done((settle) => stream.drain(settle), time);
      const rest = started + time - monotonic();
      if (rest > 0) await Promise.race([over.promise, pause(rest)]);
    },
    async close() {
      if (stream.isOpen) await done((settle) => stream.flush(settle)).catch(() => undefined);
      over.reject(new Error('the port is closed'));
      await within(closingTime, close());
    },
  };
}

/** Opened as soon as nothing else has it. */
async function openFree(
  { path, baud, binding, received }: BenchPortOptions,
  failed: (error: Error) => void,
): Promise<OpenStream> {
  for (const last = monotonic() + lockedFor; ; await pause(lockedLook)) {
    try {
      return await openStream({ path, baud, rtscts: false, binding }, { received, failed });
    } catch (error) {
      if (!/lock/i.test(errorText(error)) || monotonic() > last) throw error;
    }
  }
}

function bearWithoutLines(error: unknown): void {
  if (!withoutLines.test(errorText(error))) throw error;
}
