import { stat } from 'node:fs/promises';
import { monotonic } from './clock.ts';
import { createFaultTeller, type FaultTeller } from './fault.ts';
import { FrameQueue } from './frame-queue.ts';
import type { Link, LinkListener } from './link.ts';
import type { ModemWatcher } from './modem-lines.ts';
import { SerialLines } from './serial-lines.ts';
import { closingTime, type OpenPort, openPort, portFault, type SerialBinding } from './serial-port.ts';
import { within } from './within.ts';

export { listSerialPorts } from './serial-list.ts';
export type { SerialBinding } from './serial-port.ts';

export interface SerialOptions {
  /** The tty, as in /dev/ttyS0. */
  readonly path: string;
  /** Bits per second. */
  readonly baud: number;
  /** What drives the port; the native binding unless told. */
  readonly binding?: SerialBinding;
  /** What watches its modem lines; a thread unless told. */
  readonly watcher?: ModemWatcher;
  /** Milliseconds that this many bytes take on the line; ten bits a byte at the baud rate unless told. */
  readonly pace?: (length: number) => number;
  /** Milliseconds between attempts to open a port that is away; 1000 unless told. */
  readonly retry?: number;
  /** Milliseconds beyond its time on the line that a frame may take; 500 unless told (spec wire.md 9.1). */
  readonly patience?: number;
  /** Milliseconds of CTS, with bytes of the other end, that prove a cable to have RTS and CTS; 10000 unless told. */
  readonly proof?: number;
}

/** Frames that may wait; at 19200 baud a full queue of heartbeats takes some ten seconds to leave. */
const waitingFrames = 64;
/** A timer that is late by so many milliseconds shows that this process got no time. */
const heldUp = 100;
/** How long Node's threads, which write to the port, may be kept from it by other things. */
const threadsLimit = 2000;
/** How long close() waits for what is still to leave. */
const leavingTime = 1000;

/**
 * A link over a null-modem cable. One frame at a time goes to the kernel, the next one only when the line has had the
 * time for it: what waits, waits here, where a newer heartbeat replaces it. A port that is away, vanishes or takes
 * no bytes is a fault; it is opened again until it works, and what was to be sent meanwhile is dropped.
 *
 * Hardware flow control, which Heartbeat always has on (spec wire.md 9.1), is used where the cable turns out to have
 * the wires: with it a cable of three would never let a byte out.
 */
export function openSerial(options: SerialOptions, listener: LinkListener): Link {
  return new SerialLink(options, listener);
}

class SerialLink implements Link {
  sent = 0;
  readonly #options: SerialOptions;
  readonly #listener: LinkListener;
  readonly #fault: FaultTeller;
  readonly #queue = new FrameQueue(waitingFrames);
  readonly #pace: (length: number) => number;
  readonly #lines: SerialLines;
  #port: OpenPort | null = null;
  /** Frames are refused while the port is known not to work; before the first attempt they wait. */
  #working = true;
  /** Bytes did not leave the last time: only a frame that does ends the fault. */
  #stalled = false;
  #busy = false;
  #lost = 0;
  /** Milliseconds that the last frame was given to leave; before the first one, plenty. */
  #limit = 1000;
  /** The port that stalled is let go of; it cannot be opened while it is held. */
  #closing: Promise<void> = Promise.resolve();
  /** As long as an opening is under way, it may have the port. */
  #opening: Promise<void> = Promise.resolve();
  #isOpening = false;
  #timer: NodeJS.Timeout | null = null;
  #idle: (() => void) | null = null;
  #closed = false;
  #resting = false;

  constructor(options: SerialOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
    this.#fault = createFaultTeller((fault) => listener.faulted(fault));
    this.#pace = options.pace ?? ((length) => (length * 10_000) / options.baud);
    this.#lines = new SerialLines(
      {
        signalled: (missing) => listener.signalled?.(missing),
        noted: (text) => listener.noted?.(text),
        setFlow: (on) => this.#port?.setFlow(on),
      },
      options.proof ?? 10_000,
    );
    this.#open();
  }

  get dropped(): number {
    return this.#queue.dropped + this.#lost;
  }

  send(bytes: Uint8Array, slot?: string): void {
    if (!this.#working || this.#closed || this.#resting) {
      this.#lost++;
      return;
    }
    this.#queue.push(bytes, slot);
    this.#pump();
  }

  /** What waits has a second to leave; then the port is closed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#fault.close();
    await within(leavingTime, this.#leave());
    await this.#letGo();
  }

  async rest(): Promise<() => void> {
    this.#resting = true;
    const takeUp = (): void => {
      if (!this.#resting) return;
      this.#resting = false;
      void this.#opening.then(() => this.#openIfClosed());
    };
    try {
      await this.#letGo();
    } catch (error) {
      takeUp();
      throw error;
    }
    return takeUp;
  }

  /** What waits here goes to the kernel, and from there onto the line. */
  async #leave(): Promise<void> {
    if (this.#port && (this.#busy || this.#queue.length > 0)) {
      await new Promise<void>((resolve) => (this.#idle = resolve));
    }
    // A port that fails now says so by `failed`, and is closed all the same.
    await this.#port?.drain().catch(() => undefined);
  }

  async #letGo(): Promise<void> {
    const port = this.#port;
    this.#port = null;
    this.#lines.closed();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#busy = false;
    this.#queue.clear();
    await within(closingTime, Promise.all([port && closeEmptied(port), this.#opening, this.#closing]));
  }

  /** An opening that took its time may have it by now, or be about to try again. */
  #openIfClosed(): void {
    if (this.#closed || this.#resting || this.#isOpening) return;
    if (this.#port === null && this.#timer === null) this.#open();
  }

  #open(): void {
    this.#timer = null;
    this.#isOpening = true;
    const { path, baud, binding, watcher } = this.#options;
    const open = () =>
      openPort(
        { path, baud, rtscts: false, binding, watcher },
        {
          received: (bytes) => {
            this.#lines.heard();
            this.#listener.received(bytes);
          },
          changed: (lines) => this.#lines.changed(lines, this.#limit),
          noted: (text) => this.#listener.noted?.(text),
          failed: (error) => this.#failed(error),
        },
      );
    this.#opening = this.#closing
      .then(open)
      .then(
        (port) => this.#opened(port),
        (error) => this.#failed(error),
      )
      .finally(() => {
        this.#isOpening = false;
      });
  }

  async #opened(port: OpenPort): Promise<void> {
    if (this.#closed || this.#resting) {
      await port.close();
      return;
    }
    this.#port = port;
    this.#working = true;
    this.#lines.opened();
    if (!this.#stalled) this.#fault.set(null);
    this.#pump();
  }

  #pump(): void {
    const port = this.#port;
    if (this.#busy || !port) return;
    const frame = this.#queue.shift();
    if (!frame) {
      this.#idle?.();
      return;
    }
    this.#busy = true;
    const started = monotonic();
    const lineTime = this.#pace(frame.length);
    this.#limit = Math.ceil(lineTime + (this.#options.patience ?? 500));
    this.#awaitWritten(this.#limit);
    port.write(frame, () => {
      // A port that failed may still say so of its last frame; by then its timer is that of the next attempt.
      if (this.#port !== port) return;
      this.sent++;
      this.#stalled = false;
      this.#fault.set(null);
      if (this.#timer) clearTimeout(this.#timer);
      // The kernel took the frame at once; the line has it when its time is over.
      const rest = Math.max(0, Math.ceil(started + lineTime - monotonic()));
      this.#timer = setTimeout(() => {
        this.#busy = false;
        this.#pump();
      }, rest);
    });
  }

  /**
   * A process that was itself held up has not yet heard what the port did meanwhile: that proves no fault of it. Nor
   * does a write that Node's threads did not come to, as in the rush of a boot.
   */
  #awaitWritten(limit: number): void {
    const due = monotonic() + limit;
    this.#timer = setTimeout(async () => {
      if (monotonic() - due > heldUp || this.#lines.stalled()) {
        this.#awaitWritten(limit);
        return;
      }
      const { sent } = this;
      const port = this.#port;
      await within(threadsLimit, threadsAnswer());
      if (this.sent === sent && this.#port === port) this.#stall(limit);
    }, limit);
  }

  #stall(limit: number): void {
    const port = this.#port;
    this.#stalled = true;
    this.#lost++;
    this.#failed(new Error(`no byte left for ${limit} ms: no connection, or a bad cable?`));
    // Stale bytes must not leave when the cable is mended.
    if (port !== null) this.#closing = within(closingTime, closeEmptied(port));
  }

  #failed(error: Error): void {
    this.#port = null;
    this.#lines.closed();
    this.#busy = false;
    this.#working = false;
    this.#queue.clear();
    this.#idle?.();
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#closed || this.#resting) return;
    this.#fault.set(portFault(this.#options.path, error));
    this.#timer = setTimeout(() => this.#open(), this.#options.retry ?? 1000);
  }
}

/** Resolves when Node's threads have come to all that was asked of them before, and it had the time to say so. */
async function threadsAnswer(): Promise<void> {
  // Whatever it is, it is an answer.
  await stat('/').catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, heldUp));
}

/** Without what waits in it: while CTS is off under flow control, the kernel would keep the port open for 30 s for that. */
async function closeEmptied(port: OpenPort): Promise<void> {
  port.setFlow(false);
  await port.flush().catch(() => undefined);
  await port.close();
}
