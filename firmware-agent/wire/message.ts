/** The types of spec wire.md 1 by their number on the wire; release-1 clusters use only the first two. */
export const FieldType = { string: 0, binary: 1, struct: 2, list: 3, compressed: 4 } as const;

/** One field. Strings carry text; every other type carries its raw bytes. */
export type Field =
  | { readonly name: string; readonly type: typeof FieldType.string; readonly value: string }
  | { readonly name: string; readonly type: 1 | 2 | 3 | 4; readonly value: Uint8Array };

/**
 * A Heartbeat message: an ordered list of typed fields (spec wire.md 1).
 * The order is kept by every codec, because the digest covers the fields in order.
 */
export class Message {
  readonly fields: readonly Field[];

  constructor(fields: readonly Field[]) {
    this.fields = fields;
  }

  /** A message of text fields alone, which is what most of a release-1 cluster's messages are. */
  static of(texts: Readonly<Record<string, string>>): Message {
    return new Message(Object.entries(texts).map(([name, value]) => textField(name, value)));
  }

  /** The text of the first field called `name`; undefined where there is none or where it is not text. */
  text(name: string): string | undefined {
    const field = this.#first(name);
    return field?.type === FieldType.string ? field.value : undefined;
  }

  /** The bytes of the first field called `name`; undefined where there is none or where it is text. */
  bytes(name: string): Uint8Array | undefined {
    const field = this.#first(name);
    return field && field.type !== FieldType.string ? field.value : undefined;
  }

  has(name: string): boolean {
    return this.#first(name) !== undefined;
  }

  #first(name: string): Field | undefined {
    for (const field of this.fields) if (field.name === name) return field;
    return undefined;
  }

  /** The same message without the fields called `name`: itself where there is none. */
  without(name: string): Message {
    if (!this.has(name)) return this;
    return new Message(this.fields.filter((f) => f.name !== name));
  }

  /** The same message with one more field at the end. */
  with(field: Field): Message {
    return new Message([...this.fields, field]);
  }
}

export function textField(name: string, value: string): Field {
  return { name, type: FieldType.string, value };
}

export function binaryField(name: string, value: Uint8Array): Field {
  return { name, type: FieldType.binary, value };
}
