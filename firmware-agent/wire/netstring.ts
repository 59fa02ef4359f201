import { checkList, checkName, checkText, readLength, readText } from './field-rules.ts';
import { MAX_DEPTH, MAX_MESSAGE_BYTES } from './limits.ts';
import { type Field, FieldType, Message } from './message.ts';
import { WireError } from './wire-error.ts';

const START = Buffer.from('###\n');
const END = Buffer.from('%%%\n');
const COMMA = 0x2c;
const EQUALS = 0x3d;
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
  return bytesAt(bytes, 0, START);
}

/**
 * The block of spec wire.md 3 from `###` to `%%%` and its newline, without the trailing authentication.
 * This is also the value of a struct field. Throws WireError where the message cannot be said on the wire.
 */
export function encodeBlock(message: Message): Uint8Array {
  const parts: Uint8Array[] = [START];
  for (const field of message.fields) {
    const head = Buffer.from(`(${field.type})${field.name}=`);
    const value = encodeValue(field);
    parts.push(Buffer.from(`${head.length + value.length}:`), head, value, Buffer.of(COMMA));
  }
  parts.push(END);
  const block = Buffer.concat(parts);
  checkSize(block.length);
  return block;
}

/** Completes a block to a datagram with `auth`, which is `<index> <digest>`. */
export function appendAuth(block: Uint8Array, auth: string): Uint8Array {
  const bytes = Buffer.from(auth);
  const datagram = Buffer.concat([block, Buffer.from(`${bytes.length}:`), bytes, Buffer.of(COMMA)]);
  checkSize(datagram.length);
  return datagram;
}

/** Reads a whole datagram; NULs behind it are harmless. Throws WireError. The digest is not checked here. */
export function decodeNetstring(bytes: Uint8Array): NetstringDatagram {
  const { message, end } = decodeBlockAt(bytes, 0);
  const trailer = readLength(bytes, end, MAX_AUTH_BYTES);
  const behind = trailer.next + trailer.length;
  if (bytes[behind] !== COMMA) throw new WireError('the trailing authentication is cut short');
  if (bytes.subarray(behind + 1).some((byte) => byte !== 0)) {
    throw new WireError('bytes behind the end of the message');
  }
  return { message, covered: end, auth: readText(bytes.subarray(trailer.next, behind)) };
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

function encodeValue(field: Field): Uint8Array {
  checkName(field.name);
  if (field.type === FieldType.string) {
    checkText(field.value);
    return Buffer.from(field.value);
  }
  // A receiver would drop the whole message for one malformed struct or list in it.
  if (field.type === FieldType.struct) decodeBlock(field.value, 1);
  if (field.type === FieldType.list) checkList(field.value);
  return field.value;
}

function decodeBlockAt(bytes: Uint8Array, depth: number): { message: Message; end: number } {
  checkSize(bytes.length);
  if (depth > MAX_DEPTH) throw new WireError(`structs deeper than ${MAX_DEPTH}`);
  if (!startsAsNetstring(bytes)) throw new WireError('a block that does not start with ###');
  const fields: Field[] = [];
  let offset = START.length;
  while (bytes[offset] !== PERCENT) {
    const { length, next } = readLength(bytes, offset, bytes.length - offset);
    const end = next + length;
    if (bytes[end] !== COMMA) throw new WireError(`the field at byte ${offset} does not end where it says`);
    fields.push(decodeField(bytes.subarray(next, end), depth));
    offset = end + 1;
  }
  if (!bytesAt(bytes, offset, END)) throw new WireError('the end marker %%% is broken');
  return { message: new Message(fields), end: offset + END.length };
}

function decodeField(bytes: Uint8Array, depth: number): Field {
  const equals = bytes.indexOf(EQUALS);
  if (equals < PREFIX_BYTES) throw new WireError('a field without a name');
  const prefix = readText(bytes.subarray(0, PREFIX_BYTES));
  const name = readText(bytes.subarray(PREFIX_BYTES, equals));
  checkName(name);
  const value = bytes.subarray(equals + 1);
  switch (prefix) {
    case '(0)': {
      const text = readText(value);
      checkText(text);
      return { name, type: FieldType.string, value: text };
    }
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

function bytesAt(bytes: Uint8Array, offset: number, expected: Uint8Array): boolean {
  return expected.every((byte, i) => bytes[offset + i] === byte);
}

function checkSize(length: number): void {
  if (length >= MAX_MESSAGE_BYTES) throw new WireError(`a message of ${length} bytes: the limit is 256 KiB`);
}
