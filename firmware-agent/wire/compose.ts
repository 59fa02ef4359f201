import { binaryField, type Field, Message, textField } from './message.ts';

/** What the core wants said: the creator's fields in order, and the sequence number that it gave out. */
export interface Outgoing {
  /** `t` first for most types; `dest`, `src` and the rest where the type's creator puts them (spec wire.md 5.1). */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** null for types that start with `NS_`, which are never sequenced; else 1 or more. */
  readonly seq: number | null;
}

/** What only the outside world knows at the moment of sending. */
export interface SendingFacts {
  /** Wall clock, whole seconds since 1970, not 0. */
  readonly ts: number;
  /** The first line of the load average file, or `n/a`. */
  readonly load: string;
}

/** Who speaks. */
export interface Speaker {
  readonly node: string;
  /** 16 bytes. */
  readonly uuid: Uint8Array;
  /** May grow while the node lives. */
  generation: number;
  /** Hops: the number of nodes, ping nodes too, and hopfudge. */
  readonly ttl: number;
}

const UUID_BYTES = 16;
/** More nodes than any ha.cf of a pair names; a bound in case the caller learns from strangers. */
const MAX_KNOWN = 64;

/** Completes what the core wants said to the message that a Heartbeat 3.0.6 node would send (spec wire.md 4.1). */
export class Composer {
  readonly #speaker: Speaker;
  readonly #uuids = new Map<string, Uint8Array>();

  /** Throws where the uuid is not 16 bytes. */
  constructor(speaker: Speaker) {
    if (speaker.uuid.length !== UUID_BYTES) throw new RangeError(`a uuid of ${speaker.uuid.length} bytes`);
    this.#speaker = { ...speaker };
    this.#uuids.set(speaker.node, speaker.uuid);
  }

  /**
   * Remembers a node's uuid for `destuuid`. The newest counts: a box that was replaced has another.
   * False where it is not 16 bytes, is all zero (which means unknown), or would be one node too many.
   */
  learn(node: string, uuid: Uint8Array): boolean {
    if (uuid.length !== UUID_BYTES || uuid.every((byte) => byte === 0)) return false;
    if (!this.#uuids.has(node) && this.#uuids.size >= MAX_KNOWN) return false;
    // A copy: what was received is a view into the link's buffer.
    this.#uuids.set(node, Uint8Array.from(uuid));
    return true;
  }

  /** Speak with this generation from now on. */
  set generation(generation: number) {
    this.#speaker.generation = generation;
  }

  /** The whole message, unsigned. Throws where an `NS_` type has a sequence number or another has none. */
  compose(out: Outgoing, facts: SendingFacts): Message {
    const { node, uuid, generation, ttl } = this.#speaker;
    const fields: Field[] = out.fields.map(([name, value]) => textField(name, value));
    const message = new Message(fields);
    const unsequenced = message.text('t')?.startsWith('NS_') ?? false;
    if (unsequenced !== (out.seq === null))
      throw new RangeError('only NS_ types go without a sequence number');

    const standard: Field[] = [textField('src', node), binaryField('srcuuid', uuid)];
    if (out.seq !== null) standard.push(textField('seq', out.seq.toString(16)));
    standard.push(textField('hg', generation.toString(16)), textField('ts', facts.ts.toString(16)));
    if (out.seq !== null) standard.push(textField('ld', facts.load));
    standard.push(textField('ttl', String(ttl)));

    const dest = message.text('dest');
    if (dest !== undefined) {
      place(fields, binaryField('destuuid', this.#uuids.get(dest) ?? new Uint8Array(UUID_BYTES)), false);
    }
    for (const field of standard) place(fields, field, unsequenced);
    return new Message(fields);
  }
}

/** Adds a field at the end; one of that name keeps its place, and its value too where `keep` says so. */
function place(fields: Field[], field: Field, keep: boolean): void {
  const at = fields.findIndex((present) => present.name === field.name);
  if (at < 0) fields.push(field);
  else if (!keep) fields[at] = field;
}
