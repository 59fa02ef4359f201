import { setTimeout as pause } from 'node:timers/promises';
import { type Key, KeyReader } from './keys.ts';
import { LineEditor } from './line-editor.ts';
import { TypeAhead } from './type-ahead.ts';

/** Why nothing more is typed: the input has ended, or nobody typed for too long. */
export type Over = 'closed' | 'idle';

/** What came of reading a line. */
export type Typed =
  | { readonly is: 'line'; readonly text: string; readonly tooLong: boolean }
  /** Ctrl-C; Ctrl-D in an empty line; the time was over. */
  | { readonly is: 'interrupt' | 'end' | 'late' | Over };

export interface TypingOptions {
  /** To be shown at once. */
  readonly echo: (text: string) => void;
  /** Ctrl-C while no line is read. */
  readonly interrupted: () => void;
  /** No line is read any more. Once. */
  readonly over: (why: Over) => void;
  /** Milliseconds without a key until the session is over. */
  readonly idle: number;
}

interface Reading {
  readonly hidden: boolean;
  readonly done: (typed: Typed) => void;
}

/** The human's side of a session: what is typed waits here until it is read. */
export class Typing {
  readonly #options: TypingOptions;
  readonly #keys = new KeyReader();
  readonly #editor = new LineEditor();
  /** Typed, and not asked for yet. */
  readonly ahead = new TypeAhead();
  #pressed = 0;
  #reading: Reading | null = null;
  #settling: { readonly heard: () => void; readonly done: (how: Settled) => void } | null = null;
  #idle: NodeJS.Timeout;
  #over: Over | null = null;

  constructor(options: TypingOptions) {
    this.#options = options;
    this.#idle = this.#watch(options.idle);
  }

  /** From now on, in ms. */
  set idle(limit: number) {
    clearTimeout(this.#idle);
    if (this.#over === null) this.#idle = this.#watch(limit);
  }

  get over(): Over | null {
    return this.#over;
  }

  push(bytes: Uint8Array): void {
    if (this.#over !== null) return;
    const keys = this.#keys.read(bytes);
    if (keys.length > 0) this.#idle.refresh();
    this.#pressed += keys.length;
    if (this.#settling) {
      if (keys.some(({ key }) => key === 'interrupt')) this.#settling.done('interrupt');
      else this.#settling.heard();
      return;
    }
    for (const key of keys) this.#take(key);
  }

  /** The input has ended. */
  close(): void {
    this.#end('closed');
  }

  /** The next line. `hidden`: a password. `limit`: milliseconds. One at a time. */
  read(hidden = false, limit?: number): Promise<Typed> {
    if (this.#over !== null) return Promise.resolve({ is: this.#over });
    return new Promise((resolve) => {
      const timer =
        limit === undefined ? undefined : setTimeout(() => this.#reading?.done({ is: 'late' }), limit);
      const done = (typed: Typed): void => {
        clearTimeout(timer);
        this.#reading = null;
        resolve(typed);
      };
      this.#reading = { hidden, done };
      while (this.#reading !== null) {
        const key = this.ahead.next();
        if (key === undefined) break;
        this.#press(key, this.#reading);
      }
    });
  }

  /**
   * Throws away what was typed, and what is still coming, until nothing comes for `silence` ms; `noisy` where that takes more than
   * `limit` ms.
   */
  settle(silence: number, limit: number): Promise<Settled> {
    this.ahead.clear();
    if (this.#over !== null) return Promise.resolve(this.#over);
    return new Promise((resolve) => {
      const done = (how: Settled): void => {
        clearTimeout(quiet);
        clearTimeout(late);
        this.#settling = null;
        resolve(how);
      };
      const quiet = setTimeout(() => done('silent'), silence);
      const late = setTimeout(() => done('noisy'), limit);
      this.#settling = { heard: () => void quiet.refresh(), done };
    });
  }

  /** Whether nothing waits, and nothing is typed for so long. */
  async isSilent(time: number): Promise<boolean> {
    const before = this.#pressed;
    if (!this.ahead.isEmpty) return false;
    await pause(time);
    return this.#pressed === before && this.#over === null;
  }

  #watch(limit: number): NodeJS.Timeout {
    return setTimeout(() => this.#end('idle'), limit);
  }

  #end(why: Over): void {
    if (this.#over !== null) return;
    this.#over = why;
    clearTimeout(this.#idle);
    this.ahead.clear();
    this.#settling?.done(why);
    this.#reading?.done({ is: why });
    this.#options.over(why);
  }

  #take(key: Key): void {
    if (key.key === 'interrupt') this.ahead.clear();
    if (this.#reading) this.#press(key, this.#reading);
    else if (key.key === 'interrupt') this.#options.interrupted();
    else this.ahead.keep(key);
  }

  #press(key: Key, { hidden, done }: Reading): void {
    const { echo, line, did } = this.#editor.press(key, hidden);
    this.#options.echo(echo);
    if (line) done({ is: 'line', ...line });
    else if (did !== undefined) done({ is: did });
  }
}

/** How waiting for silence ended. */
export type Settled = 'silent' | 'noisy' | 'interrupt' | Over;
