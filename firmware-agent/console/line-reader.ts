import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream of bytes into lines of bounded length. */
export class LineReader {
  readonly #longest: number;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #held = 0;

  /** `longest`: bytes of one line at most, its newline included. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that `chunk` completes, without their newlines; null when a line is too long: give up the stream. */
  push(chunk: Uint8Array): readonly string[] | null {
    if (this.#tooLong(chunk)) return null;
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines;
  }

  #tooLong(chunk: Uint8Array): boolean {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      if (this.#held + end + 1 - start > this.#longest) return true;
      this.#held = 0;
      start = end + 1;
    }
    this.#held += chunk.length - start;
    return this.#held >= this.#longest;
  }
}
