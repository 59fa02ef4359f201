import type { Key } from './keys.ts';

/** Keys that are kept while a command runs. */
const most = 4096;

/** What is typed or pasted before it is asked for. */
export class TypeAhead {
  #keys: Key[] = [];
  #dropped = 0;

  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  next(): Key | undefined {
    return this.#keys.shift();
  }

  /** Once one is dropped, all are until the rest is read: no line may be made of the beginning of one and the end of another. */
  keep(key: Key): void {
    if (this.#dropped === 0 && this.#keys.length < most) {
      this.#keys.push(key);
      return;
    }
    if (this.#dropped === 0) {
      const whole = this.#keys.findLastIndex((each) => each.key === 'enter') + 1;
      this.#dropped = this.#keys.splice(whole).length;
    }
    this.#dropped += 1;
  }

  /** A line that was read is the next one to be read again. */
  unread(text: string): void {
    const keys = [...text].map((character): Key => ({ key: 'text', text: character }));
    this.#keys = [...keys, { key: 'enter' }, ...this.#keys];
  }

  clear(): void {
    this.#keys = [];
    this.#dropped = 0;
  }

  /** Keys that were dropped, told once, when what was kept is read. */
  takeDropped(): number {
    const dropped = this.isEmpty ? this.#dropped : 0;
    this.#dropped -= dropped;
    return dropped;
  }
}
