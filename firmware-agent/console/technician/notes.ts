import { request } from '../control-client.ts';

/** Milliseconds for one, and at the end for all: whoever ends this process does not wait long. */
const limit = 2000;
const lastLimit = 1000;
/** That may wait for an agent that is slow. */
const mostWaiting = 20;

/** What is done at a console becomes an event of the agent, in its order. Without an agent nothing is noted. */
export class Notes {
  readonly #runDir: string;
  readonly #port: string;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(runDir: string, port: string) {
    this.#runDir = runDir;
    this.#port = port;
  }

  add(text: string): void {
    if (this.#waiting >= mostWaiting) return;
    this.#waiting += 1;
    this.#last = this.#last
      .then(() => request(this.#runDir, { command: 'note', port: this.#port, text }, { limit }))
      .then(() => {
        this.#waiting -= 1;
      });
  }

  /** Resolves when all are with the agent, or after a second. */
  async written(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lastLimit);
    });
    await Promise.race([this.#last, late]);
    clearTimeout(timer);
  }
}
