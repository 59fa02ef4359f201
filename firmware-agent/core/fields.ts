import type { Message } from '../wire/message.ts';

/** More digits than any number on the wire has, and fewer than a double holds. */
const mostDigits = 12;

/** A lower-case hex number as the wire writes it (spec wire.md 4); null where it is none. */
export function hexNumber(text: string | undefined): number | null {
  return numberIn(16, text);
}

/** A decimal number without sign, as in `NS_rexmit`; null where it is none. */
export function decimalNumber(text: string | undefined): number | null {
  return numberIn(10, text);
}

/** Digit by digit: several are read of every message. */
function numberIn(base: 10 | 16, text = ''): number | null {
  if (text === '' || text.length > mostDigits) return null;
  let number = 0;
  for (let i = 0; i < text.length; i += 1) {
    const digit = digitOf(text.charCodeAt(i));
    if (digit >= base) return null;
    number = number * base + digit;
  }
  return number;
}

/** What a digit counts, `a` to `f` too; infinite where it is none. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : Number.POSITIVE_INFINITY;
}

/** The sequence number of a message that has one. */
export function seqOf(message: Message): number {
  return hexNumber(message.text('seq')) ?? 0;
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A uuid field as 32 hex digits; null where it is absent or all zero, which the wire treats alike (spec wire.md 4). */
export function uuidOf(message: Message, name: string): string | null {
  const bytes = message.bytes(name);
  if (bytes?.length !== 16) return null;
  let text = '';
  let bits = 0;
  for (const byte of bytes) {
    text += hexBytes[byte];
    bits |= byte;
  }
  return bits === 0 ? null : text;
}
