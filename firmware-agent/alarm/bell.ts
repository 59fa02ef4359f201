import type { Log } from '../resources/log.ts';
import { nodeTimers, type Timers } from '../resources/timers.ts';
import { type Writing, writeToTerminal } from './terminal.ts';

/** Milliseconds from one line to the next. */
const distance = 10_000;
/** Rung at by default, so that a box without it has nothing to complain about. */
const systemConsole = '/dev/console';

export interface BellOptions {
  /** The terminal's path. */
  readonly device: string;
  readonly log: Log;
  readonly timers?: Timers;
  readonly write?: (device: string, line: string) => Promise<Writing>;
}

/**
 * Rings for who stands before the box: at most one line in ten seconds, of those that wait the newest. What the terminal
 * does not take is not tried again, and told once.
 */
export class Bell {
  readonly #options: BellOptions;
  readonly #timers: Timers;
  #waiting = '';
  #cancel: (() => void) | null = null;
  #next = Number.NEGATIVE_INFINITY;
  #busy = false;
  #told = false;
  #closed = false;

  constructor(options: BellOptions) {
    this.#options = options;
    this.#timers = options.timers ?? nodeTimers;
  }

  /** Nothing is written in the caller's turn. */
  ring(text: string): void {
    if (this.#closed) return;
    this.#waiting = text;
    const wait = Math.max(0, this.#next - this.#timers.now());
    this.#cancel ??= this.#timers.after(wait, () => void this.#write());
  }

  /** What waits is not written any more. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #write(): Promise<void> {
    const { device, write = writeToTerminal } = this.#options;
    // It may quote what others sent: nothing in it may command the terminal.
    const text = this.#waiting.replace(/\p{Cc}/gu, '?');
    this.#cancel = null;
    this.#next = this.#timers.now() + distance;
    if (this.#busy) {
      this.#fault('it is still busy with the line before');
      return;
    }
    this.#busy = true;
    const result = await write(device, `\r\n\x07twinbeat: ALARM: ${text}\r\n`);
    this.#busy = false;
    if (result === 'absent') {
      if (device !== systemConsole) this.#fault('it is not there, or not a terminal');
    } else if (result !== 'written') this.#fault(result.failure);
  }

  #fault(text: string): void {
    if (this.#told) return;
    this.#told = true;
    this.#options.log('WARN', `bell ${this.#options.device}: an alarm was not heard there: ${text}.`);
  }
}
