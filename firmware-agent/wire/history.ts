import type { Message } from './message.ts';

/** How many messages a peer can ask for again (spec wire.md 7.2). */
export const HISTORY_LENGTH = 500;

/** The last sequenced messages of this node, as they were composed: a retransmission changes nothing but its signature. */
export class History {
  readonly #messages = new Map<number, Message>();

  /** Remembers a message; the oldest goes when there are more than 500. Numbers must grow. */
  add(seq: number, message: Message): void {
    this.#messages.set(seq, message);
    const { lowest } = this;
    if (this.#messages.size > HISTORY_LENGTH && lowest !== null) this.#messages.delete(lowest);
  }

  /** The message with this number; undefined where it has left the history or never was. */
  get(seq: number): Message | undefined {
    return this.#messages.get(seq);
  }

  /** The oldest number that is remembered; null while there is none. */
  get lowest(): number | null {
    const { value } = this.#messages.keys().next();
    return value ?? null;
  }
}
