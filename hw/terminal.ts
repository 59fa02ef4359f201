import { monotonic } from './clock.ts';
import { createFaultTeller, type FaultTeller } from './fault.ts';
import type { ModemWatcher } from './modem-lines.ts';
import { SerialLines } from './serial-lines.ts';
import { closingTime, type OpenPort, openPort, portFault, type SerialBinding } from './serial-port.ts';
import { within } from './within.ts';

export interface TerminalOptions {
  /** The tty, as in /dev/ttyS1. */
  readonly path: string;
  /** Bits per second. */
  readonly baud: number;
  /** What drives the port; the native binding unless told. */
  readonly binding?: SerialBinding;
  /** What watches its modem lines; a thread unless told. */
  readonly watcher?: ModemWatcher;
  /** Milliseconds between attempts to open a port that is away; 5000 unless told. */
  readonly retry?: number;
}

export interface TerminalListener {
  /** Bytes that were typed, cut anywhere. */
  received(bytes: Uint8Array): void;
  /** The port is away (why), or there again (null). Only changes are told; at first it is there. */
  faulted(fault: string | null): void;
  /** As of a link's listener: `missing` tells that the human's terminal is closed, or unplugged. */
  signalled?(missing: string | null): void;
  /** As of a link's listener. */
  noted?(text: string): void;
}

/** A serial line with a human's terminal at its other end. */
export interface Terminal {
  /**
   * Resolves when the line has had the time for these bytes, so that what was not said yet can still be left unsaid. False: the
   * port is away. Before the first attempt to open it, it is waited for.
   */
  write(bytes: Uint8Array): Promise<boolean>;
  close(): Promise<void>;
}

/** Bytes that go to the kernel at once: some ten milliseconds at 115200 baud, a quarter of a second at 2400. */
const portion = 128;
/** A portion that the port does not take within so many milliseconds beyond its time on the line is lost. */
const patience = 2000;
/** No time of CTS proves hardware flow control: a human's terminal is not asked for any. */
const neverProved = Number.POSITIVE_INFINITY;

/** 8 data bits, no parity, 1 stop bit, no flow control. A port that is away is opened again until it works. */
export function openTerminal(options: TerminalOptions, listener: TerminalListener): Terminal {
  return new SerialTerminal(options, listener);
}

class SerialTerminal implements Terminal {
  readonly #options: TerminalOptions;
  readonly #listener: TerminalListener;
  readonly #fault: FaultTeller;
  readonly #lines: SerialLines;
  readonly #tried = Promise.withResolvers<void>();
  #port: OpenPort | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: TerminalOptions, listener: TerminalListener) {
    this.#options = options;
    this.#listener = listener;
    this.#fault = createFaultTeller((fault) => listener.faulted(fault));
    this.#lines = new SerialLines(
      {
        signalled: (missing) => listener.signalled?.(missing),
        noted: (text) => listener.noted?.(text),
        setFlow: () => undefined,
      },
      neverProved,
    );
    this.#open();
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    await this.#tried.promise;
    for (let at = 0; at < bytes.length; at += portion) {
      const piece = bytes.subarray(at, at + portion);
      const port = this.#port;
      if (port === null || !(await this.#writePiece(port, piece))) return false;
    }
    return this.#port !== null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#fault.close();
    this.#lines.closed();
    this.#tried.resolve();
    if (this.#timer) clearTimeout(this.#timer);
    const port = this.#port;
    this.#port = null;
    if (port !== null) await within(closingTime, port.close());
  }

  #writePiece(port: OpenPort, piece: Uint8Array): Promise<boolean> {
    const lineTime = (piece.length * 10_000) / this.#options.baud;
    const started = monotonic();
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), lineTime + patience);
      port.write(piece, () => {
        clearTimeout(late);
        setTimeout(() => resolve(this.#port === port), Math.max(0, started + lineTime - monotonic()));
      });
    });
  }

  #open(): void {
    this.#timer = null;
    const { path, baud, binding, watcher } = this.#options;
    openPort(
      { path, baud, rtscts: false, binding, watcher },
      {
        received: (bytes) => {
          this.#lines.heard();
          this.#listener.received(bytes);
        },
        changed: (lines) => this.#lines.changed(lines, 0),
        noted: (text) => this.#listener.noted?.(text),
        failed: (error) => this.#failed(error),
      },
    ).then(
      (port) => this.#opened(port),
      (error) => this.#failed(error),
    );
  }

  #opened(port: OpenPort): void {
    if (this.#closed) {
      void port.close();
      return;
    }
    this.#port = port;
    this.#lines.opened();
    this.#tried.resolve();
    this.#fault.set(null);
  }

  #failed(error: unknown): void {
    this.#port = null;
    this.#lines.closed();
    this.#tried.resolve();
    if (this.#closed) return;
    this.#fault.set(portFault(this.#options.path, error));
    this.#timer = setTimeout(() => this.#open(), this.#options.retry ?? 5000);
  }
}
