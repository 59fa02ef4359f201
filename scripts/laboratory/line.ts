/** One direction of the null-modem cable. */
export interface LineSettings {
  /** Bits a second; a byte takes ten of them (start, eight, stop). */
  baud: number;
  /** A cut line goes on taking bytes from its sender, as a UART without a cable does, and loses them. */
  cut: boolean;
  /** The probability that a byte is garbled, 0 to 1; every fourth such byte is followed by one that nobody sent. */
  noise: number;
  /** Bytes come back to their sender, as from a loopback plug; whoever hands them over does so. */
  loop: boolean;
}

export interface LineCounts {
  /** Bytes taken from the sender. */
  sent: number;
  /** Bytes handed to the receiver, those made of noise included. */
  delivered: number;
  /** Bytes that the receiver had no room for: it does not read. */
  overrun: number;
}

/** The ends of a line. Both return at once with the number of bytes, 0 where there is nothing or no room. */
export interface LineEnds {
  take(into: Uint8Array, most: number): number;
  give(bytes: Uint8Array): number;
}

/** Bytes kept of what the receiver got last, for tests that play it again. */
const TAIL = 8192;
/** A process that slept longer does not make up for it: what a real wire would have carried meanwhile is bounded. */
const MOST_LATENESS = 100;

export class Line {
  readonly settings: LineSettings;
  readonly counts: LineCounts = { sent: 0, delivered: 0, overrun: 0 };
  readonly #ends: LineEnds;
  readonly #random: () => number;
  readonly #buffer = new Uint8Array(8192);
  #tail = new Uint8Array(0);
  #credit = 0;
  #last: number;

  constructor(baud: number, ends: LineEnds, random: () => number, now: number) {
    this.settings = { baud, cut: false, noise: 0, loop: false };
    this.#ends = ends;
    this.#random = random;
    this.#last = now;
  }

  /** Carry what the time since the last call allows. `now` is monotonic, in milliseconds. */
  carry(now: number): void {
    const elapsed = Math.min(now - this.#last, MOST_LATENESS);
    this.#last = now;
    this.#credit += (elapsed / 1000) * (this.settings.baud / 10);
    const most = Math.min(Math.floor(this.#credit), this.#buffer.length);
    if (most === 0) return;
    const count = this.#ends.take(this.#buffer, most);
    // An idle line saves nothing up for later.
    this.#credit = count < most ? 0 : this.#credit - count;
    this.counts.sent += count;
    if (count > 0 && !this.settings.cut) this.deliver(this.#spoil(this.#buffer.subarray(0, count)));
  }

  /** Hand bytes to the receiver whatever the sender, the pace and the cut: for tests that forge and replay. */
  deliver(bytes: Uint8Array): void {
    const given = this.#ends.give(bytes);
    this.counts.delivered += given;
    this.counts.overrun += bytes.length - given;
    this.#tail = Uint8Array.from([...this.#tail, ...bytes.subarray(0, given)].slice(-TAIL));
  }

  /** The last bytes that the receiver got. */
  get tail(): Uint8Array {
    return this.#tail;
  }

  #spoil(bytes: Uint8Array): Uint8Array {
    if (this.settings.noise === 0) return bytes;
    const spoilt: number[] = [];
    for (const byte of bytes) {
      if (this.#random() >= this.settings.noise) {
        spoilt.push(byte);
        continue;
      }
      spoilt.push(byte ^ (1 + Math.floor(this.#random() * 255)));
      if (this.#random() < 0.25) spoilt.push(Math.floor(this.#random() * 256));
    }
    return Uint8Array.from(spoilt);
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
