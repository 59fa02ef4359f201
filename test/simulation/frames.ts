import { type Framing, type Opened, open, seal } from '../../firmware-agent/wire/envelope.ts';
import type { Key, Keyring } from '../../firmware-agent/wire/keyring.ts';
import type { Message } from '../../firmware-agent/wire/message.ts';
import { SerialDeframer } from '../../firmware-agent/wire/serial-framing.ts';

/** One message on its way by all cables: sealed in a framing when first needed, and opened once where it came intact. */
export class Frame {
  readonly message: Message;
  opened: Opened | null = null;
  readonly #key: Key;
  readonly #sealed: Partial<Record<Framing, Uint8Array>> = {};

  constructor(message: Message, key: Key) {
    this.message = message;
    this.#key = key;
  }

  bytes(framing: Framing): Uint8Array {
    this.#sealed[framing] ??= seal(this.message, this.#key, { framing });
    return this.#sealed[framing];
  }
}

/** Signs, and opens what was signed, with one key. */
export class Frames {
  readonly #key: Key;
  readonly #keyring: Keyring;

  constructor(key: Key) {
    this.#key = key;
    this.#keyring = { signing: key, keys: new Map([[key.index, key]]) };
  }

  frame(message: Message): Frame {
    return new Frame(message, this.#key);
  }

  /** What arrived as it was sent holds the same by whichever cable and in whichever framing; it is decoded once. */
  openIntact(frame: Frame): Opened {
    frame.opened ??= open(frame.bytes('netstring'), this.#keyring);
    return frame.opened;
  }

  open(bytes: Uint8Array): Opened {
    return open(bytes, this.#keyring);
  }
}

/** A serial port's ear: cuts the stream into messages. */
export class SerialEar {
  readonly #frames: Frames;
  #deframer = new SerialDeframer();
  /** Between two messages: then a whole frame comes out of the deframer as it went in, and need not go through it. */
  #between = true;

  constructor(frames: Frames) {
    this.#frames = frames;
  }

  hear(arrived: Frame | Uint8Array): readonly Opened[] {
    const intact = arrived instanceof Frame;
    if (intact && this.#between) return [this.#frames.openIntact(arrived)];
    const inputs = this.#deframer.push(intact ? arrived.bytes('serial') : arrived);
    this.#between = intact && inputs.at(-1)?.kind === 'frame';
    if (this.#between) this.#deframer = new SerialDeframer();
    return inputs.map((input) =>
      input.kind === 'frame'
        ? this.#frames.open(input.bytes)
        : { ok: false, kind: 'garbage', level: 'WARN', detail: input.detail },
    );
  }
}
