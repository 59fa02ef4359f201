interface Waiting {
  readonly slot: string | undefined;
  readonly bytes: Uint8Array;
}

/** Frames that wait for a slow line, in order, at most `limit` of them. */
export class FrameQueue {
  /** Frames that went because the queue was full or was emptied. One that a newer one replaced does not count. */
  dropped = 0;
  readonly #limit: number;
  readonly #frames: Waiting[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#frames.length;
  }

  /** Takes the place of a waiting frame with the same slot, else the last one; the oldest goes if there is no room. */
  push(bytes: Uint8Array, slot?: string): void {
    const same = slot === undefined ? -1 : this.#frames.findIndex((frame) => frame.slot === slot);
    if (same >= 0) {
      this.#frames[same] = { slot, bytes };
      return;
    }
    if (this.#frames.length >= this.#limit) {
      this.#frames.shift();
      this.dropped++;
    }
    this.#frames.push({ slot, bytes });
  }

  shift(): Uint8Array | undefined {
    return this.#frames.shift()?.bytes;
  }

  /** Drops all that waits. */
  clear(): void {
    this.dropped += this.#frames.length;
    this.#frames.length = 0;
  }
}
