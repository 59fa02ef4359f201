import type { Key } from './keys.ts';

/** Characters of a line at most. */
export const longestLine = 200;
/** Lines that the arrow keys bring back. */
const longestHistory = 10;

/** One character back, a blank over it, back again: what every terminal knows. */
const rubOut = '\b \b';
const bell = '\x07';

/** What one key did. */
export interface Edited {
  /** To be written, before anything else. */
  readonly echo: string;
  /** The line is over. `tooLong`: characters of it are lost. */
  readonly line?: { readonly text: string; readonly tooLong: boolean };
  /** Ctrl-C: the line is dropped; Ctrl-D in an empty line. */
  readonly did?: 'interrupt' | 'end';
}

/** Keys to lines, with what the terminal shows meanwhile. It has no terminal of its own. */
export class LineEditor {
  #text: string[] = [];
  #tooLong = false;
  readonly #history: string[] = [];
  /** How many lines back the arrow keys are; 0: the line is new. */
  #back = 0;

  /** `hidden`: a password is typed: nothing of it is shown or kept. */
  press(key: Key, hidden = false): Edited {
    switch (key.key) {
      case 'text':
        return { echo: this.#add(key.text, hidden) };
      case 'erase':
        return { echo: this.#erase(1, hidden) };
      case 'erase-line':
        return { echo: this.#erase(this.#text.length, hidden) };
      case 'erase-word':
        return { echo: this.#erase(this.#lastWord(), hidden) };
      case 'up':
      case 'down':
        return { echo: hidden ? '' : this.#recall(key.key === 'up' ? 1 : -1) };
      case 'enter':
        return this.#enter(hidden);
      case 'interrupt':
        this.#clear();
        return { echo: '^C\r\n', did: 'interrupt' };
      case 'end':
        return this.#text.length === 0 ? { echo: '\r\n', did: 'end' } : { echo: '' };
    }
  }

  #add(character: string, hidden: boolean): string {
    if (this.#text.length >= longestLine) {
      this.#tooLong = true;
      return bell;
    }
    this.#text.push(character);
    return hidden ? '' : character;
  }

  #erase(count: number, hidden: boolean): string {
    const erased = this.#text.splice(this.#text.length - Math.min(count, this.#text.length));
    if (this.#text.length === 0) this.#tooLong = false;
    return hidden ? '' : rubOut.repeat(erased.length);
  }

  /** How long the last word is, with the blanks behind it. */
  #lastWord(): number {
    return [...(/\S*\s*$/.exec(this.#text.join(''))?.[0] ?? '')].length;
  }

  #recall(step: 1 | -1): string {
    const back = this.#back + step;
    if (back < 0 || back > this.#history.length) return bell;
    const echo = this.#erase(this.#text.length, false);
    this.#back = back;
    this.#text = [...(this.#history.at(-back) ?? '')];
    // at(-0) is the first one, and no line is new.
    if (back === 0) this.#text = [];
    return echo + this.#text.join('');
  }

  #enter(hidden: boolean): Edited {
    const text = this.#text.join('');
    const line = { text, tooLong: this.#tooLong };
    this.#clear();
    if (!hidden && !line.tooLong && text.trim() !== '' && text !== this.#history.at(-1)) {
      this.#history.push(text);
      if (this.#history.length > longestHistory) this.#history.shift();
    }
    return { echo: '\r\n', line };
  }

  #clear(): void {
    this.#text = [];
    this.#tooLong = false;
    this.#back = 0;
  }
}
