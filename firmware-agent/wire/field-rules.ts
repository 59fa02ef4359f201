import { WireError } from './wire-error.ts';

const CONTROL_LIMIT = 0x20;
const EQUALS = 0x3d;
const DELETE = 0x7f;

// Valid UTF-8 comes back as the same bytes, so that a digest over the text is a digest over the bytes.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Throws where a field cannot have this name (spec wire.md 1). Stricter than Heartbeat in what no one sends:
 * a name that starts like a marker line or like a type prefix would read as something else in classic text.
 */
export function checkName(name: string): void {
  if (name === '') throw new WireError('a field without a name');
  if (name.startsWith('(') || name.startsWith('>>>') || name.startsWith('<<<')) {
    throw new WireError('a field name that reads as a marker or as a type');
  }
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code === EQUALS || code < CONTROL_LIMIT || code === DELETE) {
      throw new WireError('a field name with "=" or a control character in it');
    }
  }
}

/** Throws where a string field cannot carry this text: NUL ends a message in Heartbeat's memory. */
export function checkText(text: string): void {
  if (text.includes('\0')) throw new WireError('a text with a NUL in it');
  if (!text.isWellFormed()) throw new WireError('a text that is not Unicode');
}

/** The UTF-8 of a text with a character for each byte, which in ASCII is the text itself. Throws as `checkText` does. */
export function wireText(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > DELETE || code === 0) {
      checkText(text);
      return Buffer.from(text).toString('latin1');
    }
  }
  return text;
}

/** The text of received bytes. Bytes that are not UTF-8 are refused, not replaced: the digest would not survive it. */
export function readText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new WireError('a text that is not UTF-8');
  }
}

/** As `readText`, of the bytes from `from` to `to`, whose Latin-1 reading is `latin`: in ASCII both are the same. */
export function readTextAt(bytes: Uint8Array, latin: string, from: number, to: number): string {
  for (let i = from; i < to; i++) {
    if ((bytes[i] ?? 0) > DELETE) return readText(bytes.subarray(from, to));
  }
  return latin.slice(from, to);
}

/** As `readTextAt`, of what a string field carries: throws as `checkText` does. */
export function readValueAt(bytes: Uint8Array, latin: string, from: number, to: number): string {
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    if (byte > DELETE || byte === 0) {
      const text = readText(bytes.subarray(from, to));
      checkText(text);
      return text;
    }
  }
  return latin.slice(from, to);
}

/** True where nothing but NULs stands from `from` to the end. */
export function endsInNuls(bytes: Uint8Array, from: number): boolean {
  for (let i = from; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/**
 * Reads the decimal length before a ":" at `offset`: no sign, no leading zero (spec wire.md 3).
 * `limit` is the largest length that makes sense there, in bytes.
 */
export function readLength(
  bytes: Uint8Array,
  offset: number,
  limit: number,
): { length: number; next: number } {
  let length = 0;
  let next = offset;
  for (; ; next++) {
    const digit = (bytes[next] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    if (next > offset && length === 0) throw new WireError(`a length with a leading zero at byte ${offset}`);
    length = length * 10 + digit;
    if (length > limit) throw new WireError(`the length at byte ${offset} runs past the end`);
  }
  if (next === offset || bytes[next] !== 0x3a) throw new WireError(`no length at byte ${offset}`);
  return { length, next: next + 1 };
}

/** Throws where `bytes` is not a list: items of `<length>:<bytes>,` and nothing else (spec wire.md 1). */
export function checkList(bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.length) {
    const item = readLength(bytes, offset, bytes.length - offset);
    offset = item.next + item.length;
    if (bytes[offset] !== 0x2c) throw new WireError('a list with an item that does not end where it says');
    offset += 1;
  }
}
