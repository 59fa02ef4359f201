import type { Message } from '../wire/message.ts';

/** A lower-case hex number as the wire writes it (spec wire.md 4); null where it is none. */
export function hexNumber(text: string | undefined): number | null {
  return text !== undefined && /^[0-9a-f]{1,12}$/.test(text) ? Number.parseInt(text, 16) : null;
}

/** A decimal number without sign, as in `NS_rexmit`; null where it is none. */
export function decimalNumber(text: string | undefined): number | null {
  return text !== undefined && /^[0-9]{1,12}$/.test(text) ? Number.parseInt(text, 10) : null;
}

/** The sequence number of a message that has one. */
export function seqOf(message: Message): number {
  return hexNumber(message.text('seq')) ?? 0;
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A uuid field as 32 hex digits; null where it is absent or all zero, which the wire treats alike (spec wire.md 4). */
export function uuidOf(message: Message, name: string): string | null {
  const bytes = message.bytes(name);
  if (bytes?.length !== 16 || bytes.every((byte) => byte === 0)) return null;
  let text = '';
  for (const byte of bytes) text += hexBytes[byte];
  return text;
}
