import { checkList, checkName, checkText, endsInNuls, readText } from './field-rules.ts';
import { MAX_DEPTH, MAX_MESSAGE_BYTES } from './limits.ts';
import { type Field, FieldType, Message } from './message.ts';
import { decodeBlock, encodeBlock } from './netstring.ts';
import { WireError } from './wire-error.ts';

const START = '>>>\n';
const END = '<<<\n';
/** Stands for a newline inside a string's value. */
const NEWLINE_STAND_IN = '\x13';
/** Stand for the newlines of a nested message, one byte for each depth (spec wire.md 1). */
const STRUCT_NEWLINES = [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 15, 16, 17, 18].map((byte) =>
  String.fromCharCode(byte),
);

/** True where the bytes start as a classic message does. */
export function startsAsClassic(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, START.length)).toString('latin1') === START;
}

/**
 * The classic text of spec wire.md 2, with its marker lines and without the NUL of a datagram.
 * Throws WireError where the message cannot be said in it.
 */
export function encodeClassic(message: Message): string {
  return encodeAt(message, 0);
}

/** The lines of all fields without the marker lines: what the inner digest covers (spec wire.md 6). */
export function fieldsText(message: Message): string {
  return fieldsTextAt(message, 0);
}

/**
 * Reads one classic message. NULs behind it are harmless; a last field that ends in a NUL instead of a newline
 * and the end marker is whole too. A string's 0x13 becomes a newline. Throws WireError.
 */
export function decodeClassic(bytes: Uint8Array): Message {
  if (bytes.length >= MAX_MESSAGE_BYTES) {
    throw new WireError(`a message of ${bytes.length} bytes: the limit is 256 KiB`);
  }
  const nul = bytes.indexOf(0);
  const end = nul < 0 ? bytes.length : nul;
  if (!endsInNuls(bytes, end)) throw new WireError('bytes behind the NUL');
  return decodeAt(readText(bytes.subarray(0, end)), nul >= 0, 0);
}

function encodeAt(message: Message, depth: number): string {
  const text = `${START}${fieldsTextAt(message, depth)}${END}`;
  if (Buffer.byteLength(text) >= MAX_MESSAGE_BYTES) throw new WireError('a message of 256 KiB or more');
  return text;
}

function fieldsTextAt(message: Message, depth: number): string {
  return message.fields.map((field) => `${encodeField(field, depth)}\n`).join('');
}

function encodeField(field: Field, depth: number): string {
  const { name, type, value } = field;
  checkName(name);
  switch (type) {
    case FieldType.string:
      checkText(value);
      return `${name}=${value.replaceAll('\n', NEWLINE_STAND_IN)}`;
    case FieldType.struct:
      return `(2)${name}=${encodeStruct(value, depth)}`;
    case FieldType.list:
      return `(3)${name}=${encodeList(value)}`;
    default:
      return `(${type})${name}=${Buffer.from(value).toString('base64')}`;
  }
}

function encodeStruct(value: Uint8Array, depth: number): string {
  const standIn = structNewline(depth);
  const text = encodeAt(decodeBlock(value, depth + 1), depth + 1);
  if (text.includes(standIn))
    throw new WireError('a struct whose text holds the byte that stands for newline');
  return text.replaceAll('\n', standIn);
}

function encodeList(value: Uint8Array): string {
  checkList(value);
  const text = readText(value);
  if (text.includes('\n') || text.includes('\0'))
    throw new WireError('a list that classic text cannot carry');
  return text;
}

/** `ended`: the text was followed by a NUL, which stands for the end marker behind a whole field. */
function decodeAt(text: string, ended: boolean, depth: number): Message {
  if (!text.startsWith(START)) throw new WireError('a message that does not start with >>>');
  const fields: Field[] = [];
  const lines = text.slice(START.length).split('\n');
  // What stands behind the last newline is no line: it is empty in a message that came whole.
  const rest = lines.pop() ?? '';
  for (const [i, line] of lines.entries()) {
    if (line === '<<<') {
      if (rest !== '' || i < lines.length - 1) throw new WireError('bytes behind the end marker');
      return new Message(fields);
    }
    if (line !== '') fields.push(decodeField(line, depth));
  }
  if (rest === '' || rest.startsWith('<<<') || !ended) throw new WireError('the end marker <<< is missing');
  return new Message([...fields, decodeField(rest, depth)]);
}

function decodeField(line: string, depth: number): Field {
  const equals = line.indexOf('=');
  if (equals < 0) throw new WireError("ha_msg_add_nv_depth: line doesn't contain '='");
  const [, digit, name = ''] = /^(?:\((.)\))?(.*)$/s.exec(line.slice(0, equals)) ?? [];
  const value = line.slice(equals + 1);
  checkName(name);
  switch (digit) {
    case undefined:
      return { name, type: FieldType.string, value: value.replaceAll(NEWLINE_STAND_IN, '\n') };
    case '1':
      return { name, type: FieldType.binary, value: decodeBase64(value) };
    case '2':
      return { name, type: FieldType.struct, value: decodeStruct(value, depth) };
    case '3': {
      const bytes = Buffer.from(value);
      checkList(bytes);
      return { name, type: FieldType.list, value: bytes };
    }
    case '4':
      return { name, type: FieldType.compressed, value: decodeBase64(value) };
    default:
      throw new WireError('a field of an unknown type');
  }
}

function decodeBase64(value: string): Uint8Array {
  const bytes = Buffer.from(value, 'base64');
  // Node skips what is not base64; only the one right spelling gives the same text back.
  if (bytes.toString('base64') !== value) throw new WireError('a value that is not base64');
  return bytes;
}

function decodeStruct(value: string, depth: number): Uint8Array {
  const text = value.replaceAll(structNewline(depth), '\n');
  return encodeBlock(decodeAt(text, false, depth + 1));
}

function structNewline(depth: number): string {
  const newline = STRUCT_NEWLINES[depth];
  if (newline === undefined) throw new WireError(`structs deeper than ${MAX_DEPTH}`);
  return newline;
}
