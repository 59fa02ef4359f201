/** What the hardware of the cables hears of the other end, and telling it, unless somebody asked for silence. */
export class CableSignals {
  readonly #tell: (link: string, missing: string | null) => void;
  readonly #missing = new Map<string, string | null>();
  /** How many asked for silence. */
  readonly #hushed = new Map<string, number>();

  constructor(tell: (link: string, missing: string | null) => void) {
    this.#tell = tell;
  }

  /** `missing`: what is not heard; null: all is. */
  take(link: string, missing: string | null): void {
    this.#missing.set(link, missing);
    if (!this.#hushed.has(link)) this.#tell(link, missing);
  }

  /** All that was heard so far, told or not. */
  get present(): readonly (readonly [link: string, missing: string | null])[] {
    return [...this.#missing];
  }

  /** Nothing is told of a link until all that this returned is called; then it is told how it is. */
  hush(link: string): () => void {
    this.#hushed.set(link, (this.#hushed.get(link) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const others = (this.#hushed.get(link) ?? 0) - 1;
      if (others > 0) this.#hushed.set(link, others);
      else this.#hushed.delete(link);
      const missing = this.#missing.get(link);
      if (others === 0 && missing !== undefined) this.#tell(link, missing);
    };
  }
}
