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
  if (key.method === 'crc') return crc32(bytes).toString(16);
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
