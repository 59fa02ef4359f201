const POLYNOMIAL = 0x04c11db7;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 24;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 0x80000000 ? (remainder << 1) ^ POLYNOMIAL : remainder << 1;
  }
  return remainder;
});

/**
 * Heartbeat's own CRC-32 (spec wire.md 6): not reflected, initial value 0, final complement.
 * Neither zlib's (reflected, starts at all ones) nor POSIX cksum (appends the length).
 * It tells a torn message from a whole one; it is no protection from anybody.
 */
export function crc32(bytes: Uint8Array): number {
  let remainder = 0;
  for (let i = 0; i < bytes.length; i++) {
    remainder = (remainder << 8) ^ (table[(remainder >>> 24) ^ (bytes[i] ?? 0)] ?? 0);
  }
  return ~remainder >>> 0;
}
