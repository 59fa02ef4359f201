import { type Bench, type Input, inputs, type Output, type Tally } from './bench.ts';
import { blockLength } from './pattern.ts';
import { bauds, isWhole, type Question, type Reply } from './talk.ts';

/** The other end answers within so many ms, beyond the time that what it is asked to do takes; a slow cable brings it late. */
const patience = 10_000;
/** At the end there is nothing to wait for but that its port is free. */
const lastPatience = 3000;

export interface RemoteBenchOptions {
  /** Of this examination, so that words of an earlier one are none of it. */
  readonly exam: string;
  readonly peer: string;
  readonly say: (question: Question) => void;
  /** The peer let go of its port by itself, for this reason. */
  readonly lost: (why: string) => void;
}

/** The peer did not say a word: it knows nothing of examinations, or nothing comes through. */
export class NoAnswer extends Error {}

interface Waiting {
  readonly late: NodeJS.Timeout;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The peer's end of the cable, in the hands of its agent, which is asked over the other cable. */
export class RemoteBench implements Bench {
  readonly #options: RemoteBenchOptions;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #baud = 9600;
  /** Nothing more is asked. */
  #over: Error | null = null;
  #left: Promise<unknown> | null = null;

  constructor(options: RemoteBenchOptions) {
    this.#options = options;
  }

  /**
   * The peer is to let go of its port for this. `index`: which of its serial ports, counted in the order of ha.cf from 0.
   * Resolves with the bits per second of the peer's own files; null: it does not say.
   */
  async begin(index: number): Promise<number | null> {
    const theirs = await this.#ask('begin', [index]);
    return isWhole(theirs, bauds) ? theirs : null;
  }

  /** The peer's answer came in. */
  hear({ exam, number, result }: Reply): void {
    const { exam: own, peer, lost } = this.#options;
    if (exam !== own) return;
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    clearTimeout(waiting?.late);
    if (result.ok) waiting?.resolve(result.value);
    else if (waiting) waiting.reject(new Error(`${peer}: ${result.why}`));
    else if (number === 0) lost(`${peer}: ${result.why}`);
  }

  /** All that waits is rejected with this, and all that is still asked; `leave` does not wait any more. */
  end(why: Error): void {
    this.#over ??= why;
    for (const { late, reject } of this.#waiting.values()) {
      clearTimeout(late);
      reject(why);
    }
    this.#waiting.clear();
  }

  async drive(output: Output, on: boolean): Promise<void> {
    await this.#ask('drive', [output, on]);
  }

  async sense(): Promise<readonly Input[] | null> {
    const value = await this.#ask('sense');
    return Array.isArray(value) ? inputs.filter((input) => value.includes(input)) : null;
  }

  async rate(baud: number): Promise<boolean> {
    const can = (await this.#ask('rate', [baud])) === true;
    if (can) this.#baud = baud;
    return can;
  }

  async listen(): Promise<void> {
    await this.#ask('listen');
  }

  async emit(blocks: number): Promise<void> {
    await this.#ask('emit', [blocks], patience + (blocks * blockLength * 10_000) / this.#baud);
  }

  async tally(): Promise<Tally> {
    const value = await this.#ask('tally');
    const { right, wrong } = (value ?? {}) as Partial<Tally>;
    if (typeof right !== 'number' || typeof wrong !== 'number')
      throw new Error(`${this.#options.peer} does not say what it heard`);
    return { right, wrong };
  }

  async leave(): Promise<void> {
    this.#left ??= this.#say('leave', [], lastPatience);
    if (this.#over !== null) this.end(this.#over);
    await this.#left;
  }

  #ask(call: Question['call'], words: Question['words'] = [], limit = patience): Promise<unknown> {
    return this.#over === null ? this.#say(call, words, limit) : Promise.reject(this.#over);
  }

  #say(call: Question['call'], words: Question['words'], limit: number): Promise<unknown> {
    const { exam, peer, say } = this.#options;
    this.#number += 1;
    const number = this.#number;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(number);
        reject(new NoAnswer(`${peer} does not answer`));
      }, limit);
      this.#waiting.set(number, { late, resolve, reject });
      say({ exam, number, call, words });
    });
  }
}
