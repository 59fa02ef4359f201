import { errorText } from '../../hw/error.ts';
import type { LineSink } from './sink.ts';

export interface LineWriterOptions {
  readonly sink: LineSink;
  /** Bytes that may wait; further lines are dropped and counted. Default 256 KiB. */
  readonly capacity?: number;
  /** The line that stands where `count` lines are missing. */
  readonly lost: (count: number) => string;
  /** Told once when the sink stops working and once when it works again. */
  readonly complain: (text: string) => void;
  /** Milliseconds before the first retry; each further one waits twice as long, up to 8 s. Default 250. */
  readonly retryAfter?: number;
}

const longestRetry = 8000;

/**
 * Lines to a sink, in order, without ever making the caller wait: a bounded queue, one append at a time, all that
 * waits in one go.
 */
export class LineWriter {
  readonly #sink: LineSink;
  readonly #capacity: number;
  readonly #options: LineWriterOptions;
  readonly #firstRetry: number;
  #queue: string[] = [];
  #queued = 0;
  #lost = 0;
  /** What an append took only a part of. */
  #rest: Uint8Array = new Uint8Array();
  #busy = false;
  #broken = false;
  #retryAfter: number;
  #retry: NodeJS.Timeout | undefined;
  #waiters: (() => void)[] = [];

  constructor(options: LineWriterOptions) {
    this.#options = options;
    this.#sink = options.sink;
    this.#capacity = options.capacity ?? 256 * 1024;
    this.#firstRetry = options.retryAfter ?? 250;
    this.#retryAfter = this.#firstRetry;
  }

  /** `line` has no newline of its own. */
  write(line: string): void {
    const size = Buffer.byteLength(line) + 1;
    // Once a line was lost, later ones wait for the gap to be reported: it is named where it is.
    if (this.#lost > 0 || this.#queued + size > this.#capacity) {
      this.#lost += 1;
      return;
    }
    this.#queue.push(line);
    this.#queued += size;
    if (!this.#retry) void this.#pump();
  }

  /** Resolves when all is written or the sink fails; as long as it is only slow, that may be never. */
  flush(): Promise<void> {
    const done = new Promise<void>((resolve) => this.#waiters.push(resolve));
    void this.#pump();
    return done;
  }

  async #pump(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    let fault: string | null | undefined;
    while (fault === undefined && this.#fill()) fault = await this.#append();
    this.#busy = false;
    if (fault !== undefined) this.#retryLater(fault);
    if (fault === null) return;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** False when nothing is left to write. */
  #fill(): boolean {
    if (this.#rest.length > 0) return true;
    const lines = this.#queue;
    if (this.#lost > 0) lines.push(this.#options.lost(this.#lost));
    if (lines.length === 0) return false;
    this.#queue = [];
    this.#queued = 0;
    this.#lost = 0;
    this.#rest = Buffer.from(`${lines.join('\n')}\n`);
    return true;
  }

  /** Undefined: some bytes went out. Null: not now. */
  async #append(): Promise<string | null | undefined> {
    try {
      const count = await this.#sink.append(this.#rest);
      if (count === 0) return null;
      this.#rest = this.#rest.subarray(count);
      this.#retryAfter = this.#firstRetry;
      if (this.#broken) {
        this.#broken = false;
        this.#options.complain(`${this.#sink.name} can be written again`);
      }
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  }

  /** `fault`: null where the sink is only slow. */
  #retryLater(fault: string | null): void {
    this.#retry = setTimeout(() => void this.#pump(), this.#retryAfter);
    // A log that cannot be written must not keep a finished agent alive.
    this.#retry.unref();
    if (fault === null) return;
    this.#retryAfter = Math.min(this.#retryAfter * 2, longestRetry);
    if (this.#broken) return;
    this.#broken = true;
    this.#options.complain(`cannot write to ${this.#sink.name}: ${fault}; trying again`);
  }
}
