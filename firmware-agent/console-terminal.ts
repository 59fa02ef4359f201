import { errorText } from '../hw/error.ts';
import { openTerminal, type Terminal, type TerminalListener, type TerminalOptions } from '../hw/terminal.ts';
import { ConsoleSession } from './console-session.ts';
import type { Log } from './resources/log.ts';

/** One session a second at most, in ms: a line that rings with noise starts none after the other. */
export const pauseBetweenSessions = 1000;
/**
 * Milliseconds from DSR or DCD that is off to the end of the session: a line that was off for less than a second is told to be on
 * again by then.
 */
const unplugged = 2000;

export interface ConsoleTerminalOptions {
  readonly path: string;
  /** Bits per second. */
  readonly baud: number;
  /** The program of the menu. */
  readonly command: readonly [file: string, ...args: readonly string[]];
  readonly log: Log;
  /** Other hardware, for tests. */
  readonly open?: (options: TerminalOptions, listener: TerminalListener) => Terminal;
}

export interface ConsoleTerminalListener {
  /** Bytes came in; for a session they are typed by `typed`. */
  received(bytes: Uint8Array): void;
  /** The session is over, and all that it said was written. Once for each. */
  over(): void;
}

/** A serial port with a human at it, and the one session of the menu that they may have there. */
export class ConsoleTerminal {
  readonly #options: ConsoleTerminalOptions;
  readonly #listener: ConsoleTerminalListener;
  readonly #terminal: Terminal;
  #session: ConsoleSession | null = null;
  #leaving: NodeJS.Timeout | null = null;
  /** What of the human's terminal is off, and nothing was typed since. */
  #missing: string | null = null;

  constructor(options: ConsoleTerminalOptions, listener: ConsoleTerminalListener) {
    this.#options = options;
    this.#listener = listener;
    const { path, baud, log, open = openTerminal } = options;
    this.#terminal = open(
      { path, baud },
      {
        received: (bytes) => {
          this.#missing = null;
          listener.received(bytes);
        },
        faulted: (fault) => this.#faulted(fault),
        signalled: (missing) => this.#signalled(missing),
        noted: (text) => log('info', `console ${path}: ${text}.`),
      },
    );
  }

  get hasSession(): boolean {
    return this.#session !== null;
  }

  /** A session begins, where none is. One that cannot is over at once. */
  begin(): void {
    if (this.#session !== null) return;
    const { command, log, path } = this.#options;
    const over = (): void => {
      this.#session = null;
      this.#stay();
      this.#listener.over();
    };
    try {
      this.#session = new ConsoleSession({
        command,
        log,
        write: (bytes) => this.#terminal.write(bytes),
        over,
      });
    } catch (error) {
      // Node throws what is the matter with the whole box, as when its memory is used up.
      log('ERROR', `console ${path}: the menu cannot be started: ${errorText(error)}`);
      over();
      return;
    }
    // It may have been unplugged before its first byte.
    if (this.#missing !== null) this.#signalled(this.#missing);
  }

  typed(bytes: Uint8Array): void {
    this.#session?.typed(bytes);
  }

  /** The session is to end now; `over` tells when it has. */
  end(): void {
    this.#session?.end();
  }

  /** As of a terminal. */
  say(text: string): Promise<boolean> {
    return this.#terminal.write(Buffer.from(text));
  }

  /** The port is free; a session ends by itself. */
  async close(): Promise<void> {
    this.#stay();
    this.end();
    await this.#terminal.close();
  }

  #faulted(fault: string | null): void {
    const { path, log } = this.#options;
    if (fault === null) log('info', `console ${path} works again.`);
    else log('WARN', `console: ${fault}`);
    if (fault !== null) this.end();
  }

  /** Whoever comes next must not find what the one before was let in to. */
  #signalled(missing: string | null): void {
    this.#missing = missing;
    if (missing === null) this.#stay();
    else if (this.#session !== null && this.#leaving === null)
      this.#leaving = setTimeout(() => {
        const { path, log } = this.#options;
        log('info', `console ${path}: the session ends: ${missing}.`);
        this.end();
      }, unplugged);
  }

  /** Nobody is about to leave. */
  #stay(): void {
    if (this.#leaving) clearTimeout(this.#leaving);
    this.#leaving = null;
  }
}
