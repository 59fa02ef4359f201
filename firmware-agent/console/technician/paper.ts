import type { Size } from '../screen-painter.ts';
import type { Printer } from './printer.ts';
import type { Typing } from './typing.ts';
import { wrap } from './wrap.ts';

/** The command that writes is to end: the human has seen enough. */
export class Enough extends Error {}

export const more = '-- more: Enter, or q --';

/** What a command says, folded to the terminal's width and page by page. */
export class Paper {
  readonly #printer: Printer;
  readonly #typing: Typing;
  size: Size;
  #rows = 0;

  constructor(printer: Printer, typing: Typing, size: Size) {
    this.#printer = printer;
    this.#typing = typing;
    this.size = size;
  }

  /** A command begins: what stands above it is read. */
  begin(): void {
    this.#rows = 0;
  }

  /** @throws Enough where the human wants no more; whatever `signal` was aborted with */
  async say(lines: readonly string[], signal?: AbortSignal): Promise<void> {
    for (const line of lines) {
      for (const piece of this.#pieces(line)) {
        if (this.size.rows > 0 && this.#rows >= this.size.rows - 1) await this.#turn(signal);
        await this.#printer.print(`${piece}\r\n`, signal);
        this.#rows += 1;
      }
    }
  }

  /** Without a stop at the end of the page. */
  async tell(lines: readonly string[], signal?: AbortSignal): Promise<void> {
    for (const line of lines)
      for (const piece of this.#pieces(line)) await this.#printer.print(`${piece}\r\n`, signal);
  }

  /** The human is asked for something: the cursor stays behind it. */
  async prompt(text: string, signal?: AbortSignal): Promise<void> {
    await this.#printer.print(text, signal);
    // What stood above was read.
    this.#rows = 1;
  }

  /** The last column is left free: terminals differ in how they go on from there. */
  #pieces(line: string): string[] {
    return wrap(line, this.size.columns - 1);
  }

  /** Any other line than Enter and `q` is the next command. */
  async #turn(signal?: AbortSignal): Promise<void> {
    await this.#printer.print(`${more} `, signal);
    const typed = await this.#typing.read();
    if (typed.is !== 'line') throw new Enough();
    const text = typed.text.trim();
    if (text === '') this.#rows = 0;
    else {
      if (text !== 'q') this.#typing.ahead.unread(typed.text);
      throw new Enough();
    }
  }
}
