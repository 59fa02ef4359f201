import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from './crc.ts';
import type { Key } from './keyring.ts';

/**
 * The digest of `bytes` under `key` as lowercase hex (spec wire.md 6; sha256 is our own).
 * The secret's UTF-8 bytes are the HMAC key, as they stand in authkeys.
 * Throws where a method that needs a secret has none: authkeys is refused long before that.
 */
export function digest(key: Key, bytes: Uint8Array): string {
  // The crc is not padded with zeros: Heartbeat compares the text.
  if (key.method === 'crc') return hexText(crc32(bytes));
  if (!key.secret) throw new Error(`key ${key.index}: ${key.method} without a secret`);
  return createHmac(key.method, key.secret).update(bytes).digest('hex');
}

/** Whether a digest that came with `bytes` is theirs under `key`. Throws as `digest` does. */
export function fits(key: Key, bytes: Uint8Array, given: string): boolean {
  const right = digest(key, bytes);
  // There is no secret in a crc that the time could tell.
  return key.method === 'crc' ? given === right : sameDigest(given, right);
}

/** Compares two digests in a time that does not tell how much of a forged one was right. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** In two halves: to write a number of 32 bits at once takes longer than its crc. */
function hexText(number: number): string {
  const high = number >>> 16;
  const low = (number & 0xffff).toString(16);
  return high === 0 ? low : `${high.toString(16)}${low.padStart(4, '0')}`;
}
