/** A message must be shorter than this in either encoding, in bytes (spec wire.md 2). */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** How deep structs may stand within one another; the message itself is depth 0 (spec wire.md 1). */
export const MAX_DEPTH = 16;
