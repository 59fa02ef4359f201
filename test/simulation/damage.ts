import type { Random } from '../unit/support/random.ts';

/** A copy with a few bytes changed, or cut short, or with a gap. */
export function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  switch (random.below(4)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(20))]);
    default: {
      const copy = bytes.slice();
      for (let count = 1 + random.below(4); count > 0; count -= 1) {
        const place = random.below(copy.length);
        copy[place] = (copy[place] ?? 0) ^ (1 + random.below(255));
      }
      return copy;
    }
  }
}
