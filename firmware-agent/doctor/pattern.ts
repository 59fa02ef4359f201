import type { Tally } from './bench.ts';

/** Bytes in a block: a mark, its number, and bytes that follow from the number. */
export const blockLength = 32;
const mark = 0xa5;
const numbers = 256;

/** A block of the pattern, by its number (modulo 256): bytes of every sort, so that every bit of the line is tried. */
export function block(number: number): Uint8Array {
  const bytes = new Uint8Array(blockLength);
  bytes[0] = mark;
  bytes[1] = number % numbers;
  let state = (number % numbers) * 2_654_435_761 + 1;
  for (let n = 2; n < blockLength; n += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[n] = state >>> 24;
  }
  return bytes;
}

/** Counts the right and the wrong bytes of a stream of blocks. A byte that is lost costs the block in which it is missed. */
export class PatternCounter {
  #held = new Uint8Array(0);
  /** The number that the next block should have: its own may be what was garbled. */
  #next = 0;
  #right = 0;
  #wrong = 0;

  take(bytes: Uint8Array): void {
    let rest = Buffer.concat([this.#held, bytes]);
    while (rest.length >= blockLength) {
      const length = this.#judge(rest);
      rest = rest.subarray(length);
    }
    this.#held = Uint8Array.from(rest);
  }

  /** What is left of a block that did not end counts as wrong. */
  get tally(): Tally {
    return { right: this.#right, wrong: this.#wrong + this.#held.length };
  }

  /** Judge what the bytes begin with; how many of them it was. */
  #judge(bytes: Uint8Array): number {
    const [right, number] = [bytes[1] ?? 0, this.#next]
      .map((number) => [block(number).filter((byte, n) => byte === bytes[n]).length, number] as const)
      .reduce((best, other) => (other[0] > best[0] ? other : best));
    // Less than half of a block is right by chance, or because a byte is missing: the next one may begin anywhere.
    if (right > blockLength / 2) {
      this.#right += right;
      this.#wrong += blockLength - right;
      this.#next = number + 1;
      return blockLength;
    }
    const next = bytes.indexOf(mark, 1);
    const passed = next < 0 ? bytes.length : next;
    this.#wrong += passed;
    return passed;
  }
}
