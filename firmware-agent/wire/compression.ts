import { inflateSync } from 'node:zlib';
import { decodeClassic, startsAsClassic } from './classic.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import type { Message } from './message.ts';
import { decodeBlock } from './netstring.ts';
import { WireError } from './wire-error.ts';

const PAYLOAD = '_compressed_payload';
const ALGORITHM = '_compression_algorithm';

/**
 * The message inside a message that was compressed as a whole (spec wire.md 10, `traditional_compression on`); any
 * other message as it is. Call it with authentic messages only. Throws WireError: for bz2, which no release-1
 * message needs, and for what grows beyond the 256 KiB that every message must keep.
 */
export function decompress(message: Message): Message {
  const payload = message.bytes(PAYLOAD);
  if (!payload) return message;
  if (message.text(ALGORITHM) !== 'zlib')
    throw new WireError('a message compressed by another method than zlib');
  const bytes = inflate(payload);
  const inner = startsAsClassic(bytes) ? decodeClassic(bytes) : decodeBlock(withoutNuls(bytes), 0);
  if (inner.has(PAYLOAD)) throw new WireError('a compressed message inside a compressed message');
  return inner;
}

function inflate(payload: Uint8Array): Uint8Array {
  try {
    return inflateSync(payload, { maxOutputLength: MAX_MESSAGE_BYTES });
  } catch {
    throw new WireError('a compressed message that is broken or grows beyond 256 KiB');
  }
}

/** Without the NULs that a C program may have counted to its text. */
function withoutNuls(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
}
