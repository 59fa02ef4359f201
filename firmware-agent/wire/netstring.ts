import {
  checkList,
  checkName,
  endsInNuls,
  readLength,
  readTextAt,
  readValueAt,
  wireText,
} from './field-rules.ts';
import { MAX_DEPTH, MAX_MESSAGE_BYTES } from './limits.ts';
import { type Field, FieldType, Message } from './message.ts';
import { WireError } from './wire-error.ts';

const START = '###\n';
const END = '%%%\n';
const COMMA = 0x2c;
const PERCENT = 0x25;
/** `(`, the digit and `)`. */
const PREFIX_BYTES = 3;
/** The longest digest is 64 digits (sha256); nothing that long is needed for `<index> <digest>`. */
const MAX_AUTH_BYTES = 128;

/** A whole netstring datagram: the message, and what its sender says to have signed. */
export interface NetstringDatagram {
  readonly message: Message;
  /** How many leading bytes the outer digest covers: all up to and with the newline after `%%%`. */
  readonly covered: number;
  /** The trailing `<index> <digest>`, not checked yet. */
  readonly auth: string;
}

/** True where the bytes start as a netstring message does. */
export function startsAsNetstring(bytes: Uint8Array): boolean {
  return textAt(bytes, 0, START);
}

/**
 * The block of spec wire.md 3 from `###` to `%%%` and its newline, without the trailing authentication.
 * This is also the value of a struct field. Throws WireError where the message cannot be said on the wire.
 */
export function encodeBlock(message: Message): Uint8Array {
  let text = START;
  for (const field of message.fields) {
    checkName(field.name);
    const whole = `(${field.type})${wireText(field.name)}=${wireValue(field)}`;
    text += `${whole.length}:${whole},`;
  }
  const block = Buffer.from(`${text}${END}`, 'latin1');
  checkSize(block.length);
  return block;
}

/** Completes a block to a datagram with `auth`, which is `<index> <digest>` in ASCII. */
export function appendAuth(block: Uint8Array, auth: string): Uint8Array {
  const trailer = `${auth.length}:${auth},`;
  const datagram = Buffer.allocUnsafe(block.length + trailer.length);
  datagram.set(block);
  datagram.write(trailer, block.length, 'latin1');
  checkSize(datagram.length);
  return datagram;
}

/** Reads a whole datagram; NULs behind it are harmless. Throws WireError. The digest is not checked here. */
export function decodeNetstring(bytes: Uint8Array): NetstringDatagram {
  const { message, end, latin } = decodeBlockAt(bytes, 0);
  const trailer = readLength(bytes, end, MAX_AUTH_BYTES);
  const behind = trailer.next + trailer.length;
  if (bytes[behind] !== COMMA) throw new WireError('the trailing authentication is cut short');
  if (!endsInNuls(bytes, behind + 1)) throw new WireError('bytes behind the end of the message');
  return { message, covered: end, auth: readTextAt(bytes, latin, trailer.next, behind) };
}

/**
 * Reads a block that carries no authentication of its own: a struct's value, a decompressed payload.
 * `depth` is how many structs it stands in. Throws WireError.
 */
export function decodeBlock(bytes: Uint8Array, depth: number): Message {
  const { message, end } = decodeBlockAt(bytes, depth);
  if (end !== bytes.length) throw new WireError('bytes behind the end of a block');
  return message;
}

/** The bytes of a field's value, as `wireText` says them. A receiver would drop the whole message for a malformed one in it. */
function wireValue({ type, value }: Field): string {
  if (type === FieldType.string) return wireText(value);
  if (type === FieldType.struct) decodeBlock(value, 1);
  if (type === FieldType.list) checkList(value);
  return latin1(value);
}

/** `latin` is the Latin-1 reading of all bytes. */
function decodeBlockAt(bytes: Uint8Array, depth: number): { message: Message; end: number; latin: string } {
  checkSize(bytes.length);
  if (depth > MAX_DEPTH) throw new WireError(`structs deeper than ${MAX_DEPTH}`);
  if (!startsAsNetstring(bytes)) throw new WireError('a block that does not start with ###');
  const latin = latin1(bytes);
  const fields: Field[] = [];
  let offset = START.length;
  while (bytes[offset] !== PERCENT) {
    const { length, next } = readLength(bytes, offset, bytes.length - offset);
    const end = next + length;
    if (bytes[end] !== COMMA) throw new WireError(`the field at byte ${offset} does not end where it says`);
    fields.push(decodeField(bytes, latin, next, end, depth));
    offset = end + 1;
  }
  if (!textAt(bytes, offset, END)) throw new WireError('the end marker %%% is broken');
  return { message: new Message(fields), end: offset + END.length, latin };
}

function decodeField(bytes: Uint8Array, latin: string, from: number, to: number, depth: number): Field {
  const equals = latin.indexOf('=', from);
  if (equals < from + PREFIX_BYTES || equals >= to) throw new WireError('a field without a name');
  const prefix = readTextAt(bytes, latin, from, from + PREFIX_BYTES);
  const name = readTextAt(bytes, latin, from + PREFIX_BYTES, equals);
  checkName(name);
  if (prefix === '(0)') {
    return { name, type: FieldType.string, value: readValueAt(bytes, latin, equals + 1, to) };
  }
  const value = bytes.subarray(equals + 1, to);
  switch (prefix) {
    case '(1)':
      return { name, type: FieldType.binary, value };
    case '(2)':
      decodeBlock(value, depth + 1);
      return { name, type: FieldType.struct, value };
    case '(3)':
      checkList(value);
      return { name, type: FieldType.list, value };
    case '(4)':
      return { name, type: FieldType.compressed, value };
    default:
      throw new WireError('a field of an unknown type');
  }
}

/** A character for each byte. */
function latin1(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString('latin1');
}

function textAt(bytes: Uint8Array, offset: number, expected: string): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[offset + i] !== expected.charCodeAt(i)) return false;
  return true;
}

function checkSize(length: number): void {
  if (length >= MAX_MESSAGE_BYTES) throw new WireError(`a message of ${length} bytes: the limit is 256 KiB`);
}
