import { monotonic } from '../hw/clock.ts';
import { ConsoleTerminal, type ConsoleTerminalOptions, pauseBetweenSessions } from './console-terminal.ts';
import { OtherEnd } from './other-end.ts';

export interface ConsolePortOptions extends ConsoleTerminalOptions {
  readonly node: string;
}

/** `console` of twinbeat.cf: whoever presses Enter at this port gets the menu. */
export class ConsolePort {
  readonly #terminal: ConsoleTerminal;
  readonly #otherEnd: OtherEnd;
  readonly #invitation: string;
  /** The last bytes that came in without a session. */
  #tail = '';
  #isResting = false;
  #rest: NodeJS.Timeout | undefined;
  /** Enter was pressed while it rested. */
  #isWanted = false;
  #closed = false;

  constructor({ node, ...options }: ConsolePortOptions) {
    this.#invitation = `\r\n${node}: press Enter for the console of Twinbeat.\r\n`;
    this.#otherEnd = new OtherEnd([node]);
    this.#terminal = new ConsoleTerminal(options, {
      received: (bytes) => this.#typed(bytes),
      over: () => void this.#over(),
    });
    const { path, baud, log } = options;
    log('info', `console: the menu is on ${path} (${baud} baud)`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#rest);
    await this.#terminal.close();
  }

  #typed(bytes: Uint8Array): void {
    if (this.#terminal.hasSession) {
      // A plug that loops the port answers the menu with its own words for ever.
      if (this.#otherEnd.hear(bytes, monotonic()) === 'menu') this.#terminal.end();
      else this.#terminal.typed(bytes);
    } else if (this.#isEcho(bytes)) this.#isWanted = false;
    else if (!bytes.some(isEnter)) return;
    else if (this.#isResting) this.#isWanted = true;
    else this.#begin();
  }

  /** What came in ends with the invitation: a plug loops the port, and nobody pressed Enter. */
  #isEcho(bytes: Uint8Array): boolean {
    this.#tail = (this.#tail + Buffer.from(bytes).toString('latin1')).slice(-this.#invitation.length);
    return this.#tail === this.#invitation;
  }

  #begin(): void {
    if (this.#closed) return;
    this.#isWanted = false;
    this.#tail = '';
    this.#terminal.begin();
  }

  /** The rest begins when the invitation is said: at its end an echo of it is there, at any rate. */
  async #over(): Promise<void> {
    if (this.#closed) return;
    this.#isResting = true;
    await this.#terminal.say(this.#invitation);
    if (this.#closed) return;
    this.#rest = setTimeout(() => {
      this.#isResting = false;
      if (this.#isWanted) this.#begin();
    }, pauseBetweenSessions);
  }
}

/** CR, or LF: no terminal sends another byte for Enter. */
function isEnter(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a;
}
