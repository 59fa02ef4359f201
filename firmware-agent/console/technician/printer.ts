import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Pace } from './pace.ts';

/** Bytes that may wait for a line that takes nothing; then nothing more is echoed. */
const mostEcho = 4096;

/** What becomes of CR LF: the system's own driver of a terminal adds the CR itself. */
export type LineEnd = '\r\n' | '\n';

/** Writes to a terminal that may be slow, or take nothing for a while: little ever waits for it. */
export class Printer {
  readonly #output: Writable;
  readonly #pace: Pace;
  readonly #lineEnd: LineEnd;

  constructor(output: Writable, pace: Pace, lineEnd: LineEnd = '\r\n') {
    this.#output = output;
    this.#pace = pace;
    this.#lineEnd = lineEnd;
  }

  /**
   * Resolves when the line has room for more.
   * @throws where `signal` was aborted before or meanwhile, or the terminal is gone
   */
  async print(text: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const output = this.#output;
    if (output.destroyed || output.writableEnded) throw new Error('the terminal is gone');
    const options = signal === undefined ? {} : { signal };
    if (!output.write(this.#ended(text))) await once(output, 'drain', options);
    const wait = this.#pace.wrote(Buffer.byteLength(text));
    // A terminal that takes all at once must not keep a Ctrl-C from being heard.
    if (wait > 0) await pause(wait, undefined, options);
    else await nextTurn();
  }

  /** What is typed, shown at once. */
  echo(text: string): void {
    const output = this.#output;
    if (text === '' || output.destroyed || output.writableEnded || output.writableLength > mostEcho) return;
    output.write(this.#ended(text));
    this.#pace.wrote(Buffer.byteLength(text));
  }

  #ended(text: string): string {
    return this.#lineEnd === '\n' ? text.replaceAll('\r\n', '\n') : text;
  }
}
