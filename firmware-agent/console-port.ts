import { openTerminal, type Terminal, type TerminalListener, type TerminalOptions } from '../hw/terminal.ts';
import { ConsoleSession } from './console-session.ts';
import type { Log } from './resources/log.ts';

/** One session a second at most, in ms: a line that rings with noise starts none after the other. */
const pause = 1000;

export interface ConsolePortOptions {
  readonly path: string;
  /** Bits per second. */
  readonly baud: number;
  readonly node: string;
  /** The program of the menu. */
  readonly command: readonly [file: string, ...args: readonly string[]];
  readonly log: Log;
  /** Other hardware, for tests. */
  readonly open?: (options: TerminalOptions, listener: TerminalListener) => Terminal;
}

/** `console` of twinbeat.cf: whoever presses Enter at this port gets the menu. */
export class ConsolePort {
  readonly #options: ConsolePortOptions;
  readonly #terminal: Terminal;
  #session: ConsoleSession | null = null;
  #resting: NodeJS.Timeout | null = null;
  /** Enter was pressed while it rested. */
  #isWanted = false;
  #closed = false;

  constructor(options: ConsolePortOptions) {
    this.#options = options;
    const { path, baud, log, open = openTerminal } = options;
    this.#terminal = open(
      { path, baud },
      {
        received: (bytes) => this.#typed(bytes),
        faulted: (fault) => {
          if (fault === null) log('info', `console ${path} works again.`);
          else log('WARN', `console: ${fault}`);
          if (fault !== null) this.#session?.end();
        },
      },
    );
    log('info', `console: the menu is on ${path} (${baud} baud)`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#resting) clearTimeout(this.#resting);
    this.#session?.end();
    await this.#terminal.close();
  }

  #typed(bytes: Uint8Array): void {
    if (this.#session) this.#session.typed(bytes);
    else if (!bytes.some(isEnter)) return;
    else if (this.#resting === null) this.#begin();
    else this.#isWanted = true;
  }

  #begin(): void {
    if (this.#closed) return;
    this.#isWanted = false;
    const { command, log } = this.#options;
    this.#session = new ConsoleSession({
      command,
      log,
      write: (bytes) => this.#terminal.write(bytes),
      over: () => this.#over(),
    });
  }

  #over(): void {
    this.#session = null;
    if (this.#closed) return;
    this.#resting = setTimeout(() => {
      this.#resting = null;
      if (this.#isWanted) this.#begin();
    }, pause);
    void this.#terminal.write(
      Buffer.from(`\r\n${this.#options.node}: press Enter for the console of Twinbeat.\r\n`),
    );
  }
}

/** CR, or LF: no terminal sends another byte for Enter. */
function isEnter(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a;
}
