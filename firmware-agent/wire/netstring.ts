import { checkList, checkName, checkText, readLength, readText, readTextAt } from './field-rules.ts';
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
  const parts: Uint8Array[] = [];
  let text = START;
  for (const field of message.fields) {
    checkName(field.name);
    const head = `(${field.type})${field.name}=`;
    if (field.type === FieldType.string) {
      checkText(field.value);
      const whole = `${head}${field.value}`;
      text += `${Buffer.byteLength(whole)}:${whole},`;
    } else {
      checkValue(field);
      parts.push(Buffer.from(`${text}${Buffer.byteLength(head) + field.value.length}:${head}`), field.value);
      text = ',';
    }
  }
  parts.push(Buffer.from(`${text}${END}`));
  const block = Buffer.concat(parts);
  checkSize(block.length);
  return block;
}

/** Completes a block to a datagram with `auth`, which is `<index> <digest>`. */
export function appendAuth(block: Uint8Array, auth: string): Uint8Array {
  const datagram = Buffer.concat([block, Buffer.from(`${Buffer.byteLength(auth)}:${auth},`)]);
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

/** A receiver would drop the whole message for one malformed struct or list in it. */
function checkValue({ type, value }: Exclude<Field, { type: typeof FieldType.string }>): void {
  if (type === FieldType.struct) decodeBlock(value, 1);
  if (type === FieldType.list) checkList(value);
}

function decodeBlockAt(bytes: Uint8Array, depth: number): { message: Message; end: number } {
  checkSize(bytes.length);
  if (depth > MAX_DEPTH) throw new WireError(`structs deeper than ${MAX_DEPTH}`);
  if (!startsAsNetstring(bytes)) throw new WireError('a block that does not start with ###');
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
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
  return { message: new Message(fields), end: offset + END.length };
}

function decodeField(bytes: Uint8Array, latin: string, from: number, to: number, depth: number): Field {
  const equals = latin.indexOf('=', from);
  if (equals < from + PREFIX_BYTES || equals >= to) throw new WireError('a field without a name');
  const prefix = readTextAt(bytes, latin, from, from + PREFIX_BYTES);
  const name = readTextAt(bytes, latin, from + PREFIX_BYTES, equals);
  checkName(name);
  if (prefix === '(0)') {
    const text = readTextAt(bytes, latin, equals + 1, to);
    checkText(text);
    return { name, type: FieldType.string, value: text };
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

function textAt(bytes: Uint8Array, offset: number, expected: string): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[offset + i] !== expected.charCodeAt(i)) return false;
  return true;
}

function checkSize(length: number): void {
  if (length >= MAX_MESSAGE_BYTES) throw new WireError(`a message of ${length} bytes: the limit is 256 KiB`);
}
