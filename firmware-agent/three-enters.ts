/** Milliseconds without another byte before the first Enter: the end of a line of text is none; */
const before = 1000;
/** and after the last one: text follows at once. */
const after = 500;
/** Milliseconds from one Enter to the next, at most; */
const together = 5000;
/** and at least, of all that came: a busy box reads several at once, but no finger is as fast as a program. */
const pace = 50;
/** More without a rest are no human's. */
const most = 100;

const CR = 0x0d;
const LF = 0x0a;

/**
 * Tells a human who presses Enter three times, or more, from all else that comes in on a heartbeat cable; pure. Enter is CR, LF or
 * CR LF, each time the same. Another byte begins anew, and so do a time that is too long and the pace of a program that writes empty
 * lines.
 */
export class ThreeEnters {
  /** Each as it came. */
  #enters: string[] = [];
  #firstAt = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  #otherAt = Number.NEGATIVE_INFINITY;

  /** Bytes that came in. `now`: monotonic ms. */
  take(bytes: Uint8Array, now: number): void {
    for (const byte of bytes) this.#takeByte(byte, now);
  }

  /** When to look next; Infinity: there is nothing to look for. */
  get due(): number {
    return this.#enters.length < 3 ? Number.POSITIVE_INFINITY : this.#lastAt + after;
  }

  /** True, once: a human pressed Enter three times. */
  look(now: number): boolean {
    if (now < this.due) return false;
    const [first, ...others] = this.#enters;
    this.#enters = [];
    return this.#lastAt - this.#firstAt >= others.length * pace && others.every((enter) => enter === first);
  }

  #takeByte(byte: number, now: number): void {
    if (byte === LF && this.#enters.at(-1) === '\r' && now - this.#lastAt < pace)
      this.#enters[this.#enters.length - 1] = '\r\n';
    else if (byte === CR || byte === LF) this.#press(byte === CR ? '\r' : '\n', now);
    else this.#beginAnew(now);
  }

  #press(enter: string, now: number): void {
    if (now - this.#otherAt < before) return;
    if (now - this.#lastAt > together) this.#enters = [];
    if (this.#enters.length === 0) this.#firstAt = now;
    this.#lastAt = now;
    if (this.#enters.push(enter) > most) this.#beginAnew(now);
  }

  #beginAnew(now: number): void {
    this.#enters = [];
    this.#otherAt = now;
  }
}
