/** What a running agent does for a signal. */
export interface Commanded {
  /** TERM, INT: an orderly end. */
  stop(): void;
  /** HUP: the files are read again. */
  reload(): void;
  /** USR1: the debug file tells more; USR2: less. */
  changeDebug(change: 1 | -1): void;
  /** A defect of our own. */
  crash(reason: unknown): void;
}

type Word = (agent: Commanded) => void;

/** More wait for nobody: whoever asks so often is heard once. */
const mostWaiting = 16;

/**
 * The signals of the process, from its begin to its end. While an agent begins, or another takes its place, they wait: their
 * default action would end the process and leave up what it serves.
 */
export class Signals {
  #agent: Commanded | null = null;
  readonly #waiting: Word[] = [];

  constructor() {
    const stop: Word = (agent) => agent.stop();
    process.on('SIGTERM', () => this.#hear(stop));
    process.on('SIGINT', () => this.#hear(stop));
    process.on('SIGHUP', () => this.#hear((agent) => agent.reload()));
    process.on('SIGUSR1', () => this.#hear((agent) => agent.changeDebug(1)));
    process.on('SIGUSR2', () => this.#hear((agent) => agent.changeDebug(-1)));
    for (const event of ['uncaughtException', 'unhandledRejection'] as const)
      process.on(event, (reason: unknown) => this.#crash(reason));
  }

  /** From now on it hears them, and first those that waited; null: nobody does. */
  serve(agent: Commanded | null): void {
    this.#agent = agent;
    if (agent !== null) for (const word of this.#waiting.splice(0)) word(agent);
  }

  /** Some were not heard yet. */
  get wait(): boolean {
    return this.#waiting.length > 0;
  }

  #hear(word: Word): void {
    if (this.#agent !== null) word(this.#agent);
    else if (this.#waiting.length < mostWaiting) this.#waiting.push(word);
  }

  #crash(reason: unknown): void {
    if (this.#agent !== null) this.#agent.crash(reason);
    else {
      console.error(reason);
      process.exit(70);
    }
  }
}
