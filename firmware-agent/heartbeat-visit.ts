import { monotonic } from '../hw/clock.ts';
import { ConsoleTerminal, type ConsoleTerminalOptions } from './console-terminal.ts';
import { OtherEnd } from './other-end.ts';

/** Milliseconds without a key until the port is for heartbeats again: the menu of another node may be silent as well. */
const idleLimit = 300_000;
/** The same for all of a session: noise, or a program that prints without end, is taken for keys. */
const overallLimit = 3_600_000;

export interface HeartbeatVisitOptions extends ConsoleTerminalOptions {
  readonly node: string;
  readonly peer: string;
  /** In place of five minutes, for tests. */
  readonly idle?: number;
  /** In place of an hour, for tests. */
  readonly longest?: number;
}

/** One session of the menu on a heartbeat port that its link has let go of. */
export class HeartbeatVisit {
  /** Resolves when the port is free again, with why. */
  readonly over: Promise<string>;
  readonly #options: HeartbeatVisitOptions;
  readonly #terminal: ConsoleTerminal;
  readonly #otherEnd: OtherEnd;
  readonly #idle: NodeJS.Timeout;
  readonly #longest: NodeJS.Timeout;
  #end: (why: string) => void = () => undefined;
  #why = 'the session is over';
  #isLeaving = false;

  constructor(options: HeartbeatVisitOptions) {
    this.#options = options;
    const { node, peer, idle = idleLimit, longest = overallLimit } = options;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#otherEnd = new OtherEnd([node, peer]);
    this.#terminal = new ConsoleTerminal(options, {
      received: (bytes) => this.#received(bytes),
      over: () => void this.#leave(this.#farewell()),
    });
    this.#idle = setTimeout(() => this.#endSession('nobody typed for a while'), idle);
    this.#longest = setTimeout(() => this.#endSession('a session lasts an hour here at most'), longest);
    void this.#begin();
  }

  /** Resolves when the port is free. */
  async close(): Promise<void> {
    this.#why = 'the agent ends';
    void this.#leave('');
    await this.over;
  }

  async #begin(): Promise<void> {
    const { node, peer, path } = this.#options;
    const words = `${node}: the menu is on the heartbeat port ${path},\r\nwith no heartbeats until you quit or ${peer} is heard.`;
    const isThere = await this.#terminal.say(`\r\n${words}\r\n`);
    if (!isThere) await this.#leave('');
    else if (!this.#isLeaving) this.#terminal.begin();
  }

  #received(bytes: Uint8Array): void {
    this.#idle.refresh();
    const who = this.#otherEnd.hear(bytes, monotonic());
    if (who === 'node') {
      this.#why = 'a node is heard';
      void this.#leave('');
    } else if (who === 'menu') this.#endSession('what comes in is from a menu');
    else this.#terminal.typed(bytes);
  }

  /** Its end has the port freed. */
  #endSession(why: string): void {
    this.#why = why;
    this.#terminal.end();
  }

  #farewell(): string {
    const { node } = this.#options;
    return `\r\n${node}: ${this.#why}.\r\nHeartbeats go on here; three Enters for the menu.\r\n`;
  }

  /** At once, whatever becomes of the session. */
  async #leave(words: string): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    clearTimeout(this.#idle);
    clearTimeout(this.#longest);
    if (words !== '') await this.#terminal.say(words);
    await this.#terminal.close();
    this.#end(this.#why);
  }
}
