import { StringDecoder } from 'node:string_decoder';

/** What a human did at the keyboard, or noise made of it. */
export type Key = { readonly key: 'text'; readonly text: string } | { readonly key: KeyName };

type KeyName =
  | 'enter'
  /** Backspace or Delete. */
  | 'erase'
  /** Ctrl-W and Ctrl-U. */
  | 'erase-word'
  | 'erase-line'
  /** Ctrl-C and Ctrl-D. */
  | 'interrupt'
  | 'end'
  | 'up'
  | 'down';

const controls: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\b': 'erase',
  '\x7f': 'erase',
  '\x03': 'interrupt',
  '\x04': 'end',
  '\x15': 'erase-line',
  '\x17': 'erase-word',
};

const arrows: Readonly<Record<string, KeyName>> = { A: 'up', B: 'down' };

/** Characters behind an ESC; a longer sequence is noise. */
const longestSequence = 16;

/**
 * Bytes from a terminal to keys. CR, LF and CR LF are one Enter each; sequences of function keys, other control characters and
 * bytes that are no UTF-8 are nothing.
 */
export class KeyReader {
  readonly #decoder = new StringDecoder('utf8');
  #wasReturn = false;
  /** What came since an ESC; null: none is open. */
  #sequence: string | null = null;

  read(bytes: Uint8Array): Key[] {
    const keys: Key[] = [];
    for (const character of this.#decoder.write(bytes)) {
      const key = this.#take(character);
      if (key !== null) keys.push(key);
    }
    return keys;
  }

  #take(character: string): Key | null {
    const isSecondHalf = character === '\n' && this.#wasReturn;
    this.#wasReturn = character === '\r';
    if (isSecondHalf) return null;
    if (character === '\x1b') {
      this.#sequence = '';
      return null;
    }
    const isControl = /\p{Cc}/u.test(character);
    if (this.#sequence !== null && !isControl) return this.#sequenceKey(this.#sequence + character);
    this.#sequence = null;
    const name = Object.hasOwn(controls, character) ? controls[character] : undefined;
    if (name !== undefined) return { key: name };
    return isControl || character === '\ufffd' ? null : { key: 'text', text: character };
  }

  /** ESC [ 1 ; 2 A, ESC O A, or ESC and one character. */
  #sequenceKey(sequence: string): Key | null {
    const isOpen = /^(\[[\x20-\x3f]*|O)$/.test(sequence) && sequence.length < longestSequence;
    this.#sequence = isOpen ? sequence : null;
    const arrow = /^[[O]([AB])$/.exec(sequence)?.[1];
    const name = arrow === undefined ? undefined : arrows[arrow];
    return name === undefined ? null : { key: name };
  }
}
