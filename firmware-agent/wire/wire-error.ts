/**
 * What was read is not a message, or what should be written cannot be said on the wire.
 * The text never quotes received bytes: it goes into logs, and a sender must not be able to write there.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
}
