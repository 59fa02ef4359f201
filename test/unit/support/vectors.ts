import { readFileSync } from 'node:fs';
import type { Framing } from '../../../firmware-agent/wire/envelope.ts';
import type { DigestMethod, Key, Keyring } from '../../../firmware-agent/wire/keyring.ts';
import type { Message } from '../../../firmware-agent/wire/message.ts';

/** One captured packet, as test/vectors/index.json describes it. */
export interface Vector {
  readonly file: string;
  readonly bytes: number;
  readonly kind: string;
  readonly medium: 'udp' | 'serial' | 'icmp-echo-payload';
  readonly framing: 'netstring' | 'classic';
  readonly auth_method: DigestMethod;
  readonly auth_index: number;
  readonly key: string | null;
  readonly source_node: string;
  /** Absent for the raw streams. */
  readonly fields?: readonly (readonly [name: string, type: 'string' | 'binary-hex', value: string])[];
  readonly outer_auth?: string | null;
  readonly outer_auth_covers_bytes?: number;
  readonly inner_auth_text?: string;
}

const folder = new URL('../../vectors/', import.meta.url);
const index = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as {
  vectors: readonly Vector[];
};

/** Every single message. */
export const messages = index.vectors.filter((vector) => vector.fields);
/** The raw bytes of serial lines. */
export const streams = index.vectors.filter((vector) => !vector.fields);

export function bytesOf(vector: Pick<Vector, 'file'>): Buffer {
  return readFileSync(new URL(vector.file, folder));
}

export function vectorNamed(file: string): Vector {
  const found = index.vectors.find((vector) => vector.file === file);
  if (!found) throw new Error(`no vector ${file}`);
  return found;
}

export function keyOf(vector: Vector): Key {
  const { auth_index: number, auth_method: method, key } = vector;
  return key === null ? { index: number, method } : { index: number, method, secret: key };
}

/** The first key signs. */
export function keyring(signing: Key, ...others: readonly Key[]): Keyring {
  return { signing, keys: new Map([signing, ...others].map((key) => [key.index, key])) };
}

/** The framing that makes this vector's bytes again. */
export function framingOf(vector: Vector): Framing {
  if (vector.medium === 'serial') return 'serial';
  if (vector.framing === 'classic') return 'classic-datagram';
  return vector.fields?.some(([name]) => name === 'auth') ? 'netstring-inner' : 'netstring';
}

/** A message's fields as index.json writes them. */
export function described(message: Message): string[][] {
  return message.fields.map((field) =>
    field.type === 0
      ? [field.name, 'string', field.value]
      : [field.name, 'binary-hex', Buffer.from(field.value).toString('hex')],
  );
}
