import { errorText } from '../../hw/error.ts';
import type { Bench } from './bench.ts';
import { carryOut, placeOf } from './errand.ts';
import type { Question, Reply } from './talk.ts';

/** Nobody asked for so many ms: the examination is over, whatever became of the other end. */
const silence = 15_000;
/** Milliseconds for a whole one, more than a doctor takes for its own. */
const longest = 120_000;
/** Who does not end an examination itself has no other one for so many ms: the heartbeats have the cable meanwhile. */
const rest = 10_000;
/** Questions that wait for their turn; a doctor asks the next one when it has its answer. */
const mostWaiting = 32;

/** One end of a cable that the heartbeats do without for a while. */
export interface Hold {
  readonly bench: Bench;
  /** Bits per second that this node's own files give. */
  readonly baud: number;
  /** Aborted, with a reason in words, when the bench is left because the heartbeats need it. */
  readonly signal: AbortSignal;
}

export interface AssistantOptions {
  /** Takes a port from the heartbeats; rejects where there is no such port, or it cannot be had now. */
  readonly open: (index: number) => Promise<Hold>;
  readonly say: (reply: Reply) => void;
  /** Told, in words, what failed and stops nothing. */
  readonly report: (why: string) => void;
}

/** Holds this end of the cable for the peer's doctor. */
export class Assistant {
  readonly #options: AssistantOptions;
  #exam: string | null = null;
  #bench: Bench | null = null;
  #silence: NodeJS.Timeout | undefined;
  #limit: NodeJS.Timeout | undefined;
  #isResting = false;
  /** One thing after the other, as it was asked for; never rejects. */
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: AssistantOptions) {
    this.#options = options;
  }

  hear(question: Question): void {
    const { exam, number, call } = question;
    // Whatever it is about to do, the heartbeats have their port back first.
    const left = call === 'leave' && exam === this.#exam ? this.#leave() : null;
    if (this.#waiting >= mostWaiting) {
      this.#refuse(exam, number, 'too many questions at once');
      return;
    }
    this.#waiting += 1;
    this.#turn = this.#turn
      .then(() => left)
      .then(() => this.#answer(question))
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  /** Lets go of what it holds. */
  async close(): Promise<void> {
    await this.#leave();
    await this.#turn;
    await this.#leave();
  }

  async #answer(question: Question): Promise<void> {
    const { exam, number } = question;
    try {
      this.#say({ exam, number, result: { ok: true, value: await this.#do(question) } });
    } catch (error) {
      this.#refuse(exam, number, errorText(error));
    }
  }

  #refuse(exam: string, number: number, why: string): void {
    this.#say({ exam, number, result: { ok: false, why } });
  }

  #say(reply: Reply): void {
    try {
      this.#options.say(reply);
    } catch (error) {
      this.#options.report(errorText(error));
    }
  }

  async #do(question: Question): Promise<unknown> {
    const { exam, call, words } = question;
    if (call === 'leave') {
      // When it came, its `begin` may still have been under way.
      if (exam === this.#exam) await this.#leave();
      return null;
    }
    if (call === 'begin') return await this.#begin(exam, placeOf(words[0]));
    if (this.#exam !== exam || this.#bench === null) throw new Error('that examination is over');
    clearTimeout(this.#silence);
    try {
      return await carryOut(this.#bench, question);
    } finally {
      if (this.#exam === exam) this.#awaitNext();
    }
  }

  /** @returns bits per second of this node's own files */
  async #begin(exam: string, index: number): Promise<number> {
    if (this.#exam !== null) await this.#forsaken();
    if (this.#isResting) throw new Error('a cable was examined a moment ago, to no end: try again in 10 s');
    const { bench, baud, signal } = await this.#options.open(index);
    this.#bench = bench;
    this.#exam = exam;
    this.#awaitNext();
    const letGo = (why: string, leave: () => Promise<void>): void => {
      if (this.#exam !== exam) return;
      this.#refuse(exam, 0, why);
      void leave();
    };
    this.#limit = setTimeout(() => letGo('it took too long', () => this.#forsaken()), longest);
    signal.addEventListener('abort', () => letGo(errorText(signal.reason), () => this.#leave()));
    return baud;
  }

  #awaitNext(): void {
    this.#silence = setTimeout(() => void this.#forsaken(), silence);
  }

  /** The doctor did not end it. */
  async #forsaken(): Promise<void> {
    this.#isResting = true;
    setTimeout(() => {
      this.#isResting = false;
    }, rest).unref();
    await this.#leave();
  }

  /** Never rejects. */
  async #leave(): Promise<void> {
    clearTimeout(this.#silence);
    clearTimeout(this.#limit);
    const bench = this.#bench;
    this.#bench = null;
    this.#exam = null;
    await bench?.leave().catch((error: unknown) => this.#options.report(errorText(error)));
  }
}
