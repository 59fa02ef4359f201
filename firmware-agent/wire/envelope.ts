import { decodeClassic, encodeClassic, fieldsText, startsAsClassic } from './classic.ts';
import { decompress } from './compression.ts';
import { digest, fits } from './digest.ts';
import { type Dialect, type Forgery, unfit, unknownKey } from './forgery.ts';
import type { Key, Keyring } from './keyring.ts';
import { FieldType, type Message, textField } from './message.ts';
import { appendAuth, decodeNetstring, encodeBlock, startsAsNetstring } from './netstring.ts';
import { WireError } from './wire-error.ts';

/**
 * How a message goes onto a medium (spec wire.md 0).
 * netstring: as Heartbeat 3.0.6 with `msgfmt netstring`; netstring-inner: as 3.0.6 with `msgfmt classic`, and every
 * ICMP payload; classic-datagram: as 2.1; serial: classic text without NUL, on serial lines.
 */
export type Framing = 'netstring' | 'netstring-inner' | 'classic-datagram' | 'serial';

export type Opened =
  | {
      readonly ok: true;
      /** Authentic, and without the `auth` field that proved it. */
      readonly message: Message;
      /** The index of the key that it names and that its digest fits. */
      readonly index: number;
    }
  | Forgery
  /** Not a message, or half of one. */
  | {
      readonly ok: false;
      readonly kind: 'garbage';
      readonly level: 'WARN';
      /** For the log; quotes nothing that was received. */
      readonly detail: string;
    };

/** The field of the inner authentication (spec wire.md 6). */
const AUTH = 'auth';

/**
 * Signs a message and encodes it. An `auth` field that it has already is replaced.
 * Throws WireError where the message cannot be said on the wire: a NUL in a text, 256 KiB or more, a bad field name.
 */
export function seal(message: Message, key: Key, options: { readonly framing: Framing }): Uint8Array {
  const plain = message.without(AUTH);
  switch (options.framing) {
    case 'serial':
      return Buffer.from(encodeClassic(withInnerAuth(plain, key)));
    case 'classic-datagram':
      // Classic datagrams never carry structs (spec wire.md 1), whatever the configuration asks for.
      if (
        plain.fields.some((field) => field.type === FieldType.struct || field.type === FieldType.compressed)
      ) {
        return withOuterAuth(withInnerAuth(plain, key), key);
      }
      return Buffer.from(`${encodeClassic(withInnerAuth(plain, key))}\0`);
    case 'netstring-inner':
      return withOuterAuth(withInnerAuth(plain, key), key);
    case 'netstring':
      return withOuterAuth(plain, key);
  }
}

/**
 * Opens one datagram or one frame of the serial line: tells the framing by the first four bytes, checks the digest
 * with the key that the message names, and never throws on any input.
 */
export function open(bytes: Uint8Array, keyring: Keyring): Opened {
  try {
    if (startsAsNetstring(bytes)) return openNetstring(bytes, keyring);
    if (startsAsClassic(bytes)) return openClassic(bytes, keyring);
    return { ok: false, kind: 'garbage', level: 'WARN', detail: 'neither >>> nor ### at its start' };
  } catch (error) {
    if (error instanceof WireError) {
      return { ok: false, kind: 'garbage', level: 'WARN', detail: error.message };
    }
    throw error;
  }
}

function withInnerAuth(plain: Message, key: Key): Message {
  return plain.with(textField(AUTH, signature(Buffer.from(fieldsText(plain)), key)));
}

function withOuterAuth(message: Message, key: Key): Uint8Array {
  const block = encodeBlock(message);
  return appendAuth(block, signature(block, key));
}

function signature(bytes: Uint8Array, key: Key): string {
  return `${key.index} ${digest(key, bytes)}`;
}

/** Only the outer digest counts; the inner one is not looked at, as Heartbeat does (spec wire.md 6). */
function openNetstring(bytes: Uint8Array, keyring: Keyring): Opened {
  const { message, covered, auth } = decodeNetstring(bytes);
  return judge('netstring', message.without(AUTH), bytes.subarray(0, covered), auth, keyring);
}

function openClassic(bytes: Uint8Array, keyring: Keyring): Opened {
  const message = decodeClassic(bytes);
  const plain = message.without(AUTH);
  if (message.fields.length > plain.fields.length + 1) throw new WireError('more than one auth field');
  const auth = message.text(AUTH);
  if (auth === undefined) return unfit('classic', plain, 'it carries no authentication');
  return judge('classic', plain, Buffer.from(fieldsText(plain)), auth, keyring);
}

function judge(dialect: Dialect, plain: Message, signed: Uint8Array, auth: string, keyring: Keyring): Opened {
  const [, number, given = ''] = /^(\d|1[0-5]) ([0-9a-f]+)$/.exec(auth) ?? [];
  if (number === undefined) return unfit(dialect, plain, 'its authentication cannot be read');
  const index = Number(number);
  const key = keyring.keys.get(index);
  if (!key) return unknownKey(dialect, index);
  if (!fits(key, signed, given)) {
    return unfit(dialect, plain, `its digest does not fit key ${index} (${key.method})`);
  }
  return { ok: true, message: decompress(plain).without(AUTH), index };
}
