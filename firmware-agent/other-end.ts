import { decodeClassic } from './wire/classic.ts';
import { SerialDeframer } from './wire/serial-framing.ts';
import { WireError } from './wire/wire-error.ts';

/** Prompts of a menu that come in for so many milliseconds, */
const row = 10_000;
/** none of them longer after the one before than this, are no human's. */
const gap = 2000;

/**
 * Whether somebody else than a human is at the other end of a menu on the heartbeat port; pure. That is a node, by a whole heartbeat:
 * its digest does not matter, as nobody types one. Or it is something that echoes, as the menu of another node does, and the two
 * would answer each other for ever: then prompts come in without end. Not so by what is pasted.
 */
export class OtherEnd {
  readonly #deframer = new SerialDeframer();
  readonly #prompts: readonly string[];
  readonly #longest: number;
  /** The last bytes, in which a prompt may have begun. */
  #tail = '';
  #firstPromptAt = 0;
  #lastPromptAt = Number.NEGATIVE_INFINITY;

  /** `nodes`: both, as a menu prompts with its node. */
  constructor(nodes: readonly string[]) {
    this.#prompts = nodes.map((node) => `${node}> `);
    this.#longest = Math.max(...this.#prompts.map(({ length }) => length));
  }

  /** `now`: monotonic ms. Null: a human, for all that is known. */
  hear(bytes: Uint8Array, now: number): 'node' | 'menu' | null {
    const isNode = this.#deframer
      .push(bytes)
      .some((input) => input.kind === 'frame' && isMessage(input.bytes));
    if (isNode) return 'node';
    return this.#isMenu(bytes, now) ? 'menu' : null;
  }

  #isMenu(bytes: Uint8Array, now: number): boolean {
    const text = this.#tail + Buffer.from(bytes).toString('latin1');
    const isPrompt = this.#prompts.some((prompt) => text.includes(prompt));
    this.#tail = isPrompt ? '' : text.slice(1 - this.#longest);
    if (!isPrompt) return false;
    if (now - this.#lastPromptAt > gap) this.#firstPromptAt = now;
    this.#lastPromptAt = now;
    return now - this.#firstPromptAt >= row;
  }
}

function isMessage(bytes: Uint8Array): boolean {
  try {
    return decodeClassic(bytes).text('src') !== undefined;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}
