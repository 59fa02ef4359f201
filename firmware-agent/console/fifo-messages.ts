import { decodeClassic } from '../wire/classic.ts';
import type { Message } from '../wire/message.ts';
import { WireError } from '../wire/wire-error.ts';

/** What scripts write is a hundred bytes; bytes. */
const longestMessage = 4096;

/** Cuts what several writers put into a FIFO into messages (spec wire.md 11). What is none is counted and skipped. */
export class FifoMessages {
  #lines: string[] | null = null;
  #size = 0;
  #garbage = 0;
  #rest = '';

  /** Texts that were no message, or half of one. */
  get garbage(): number {
    return this.#garbage;
  }

  /** The messages that `bytes` completes. */
  push(bytes: Uint8Array): Message[] {
    const lines = (this.#rest + Buffer.from(bytes).toString('utf8')).split('\n');
    this.#rest = lines.pop() ?? '';
    const messages = lines.flatMap((line) => this.#take(line) ?? []);
    if (this.#rest.length > longestMessage) this.#drop();
    return messages;
  }

  #take(line: string): Message | undefined {
    if (line === '>>>') {
      // The one before has no end.
      if (this.#lines !== null) this.#garbage += 1;
      this.#lines = [];
      this.#size = 0;
    } else if (this.#lines === null) {
      if (line !== '') this.#garbage += 1;
    } else if (line === '<<<') {
      return this.#end(this.#lines);
    } else {
      this.#size += line.length;
      this.#lines.push(line);
      if (this.#size > longestMessage) this.#drop();
    }
    return undefined;
  }

  #drop(): void {
    this.#garbage += 1;
    this.#lines = null;
    this.#rest = '';
  }

  #end(lines: readonly string[]): Message | undefined {
    this.#lines = null;
    try {
      return decodeClassic(Buffer.from(['>>>', ...lines, '<<<', ''].join('\n')));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#garbage += 1;
      return undefined;
    }
  }
}
