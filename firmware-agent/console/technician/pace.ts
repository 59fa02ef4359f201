/** Milliseconds of output that may be on its way: what Ctrl-C cannot call back. */
const ahead = 150;
/** A start bit, eight, and a stop bit. */
const bitsPerByte = 10;

/** Tells how fast may be written to a slow line whose bytes somebody else carries, with room to hold many of them. */
export class Pace {
  readonly #perByte: number;
  readonly #now: () => number;
  #freeAt = Number.NEGATIVE_INFINITY;

  /** `baud`: bits per second; infinite: no line is waited for. `now`: monotonic milliseconds. */
  constructor(baud: number, now: () => number = () => performance.now()) {
    this.#perByte = (bitsPerByte * 1000) / baud;
    this.#now = now;
  }

  /** So many bytes were written; milliseconds to wait before the next ones. */
  wrote(bytes: number): number {
    const now = this.#now();
    this.#freeAt = Math.max(this.#freeAt, now) + bytes * this.#perByte;
    return Math.max(0, this.#freeAt - now - ahead);
  }
}
