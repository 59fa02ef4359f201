import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type CableLoan, isHeardElsewhere, isThere } from './cable-loan.ts';
import type { State } from './core/state.ts';
import { diagnose } from './doctor/diagnosis.ts';
import { examine } from './doctor/examination.ts';
import type { Patient } from './doctor/patient.ts';
import { NoAnswer, RemoteBench } from './doctor/remote-bench.ts';
import type { Question, Reply } from './doctor/talk.ts';

export interface OwnExaminationOptions {
  readonly loan: CableLoan;
  /** Of the cable among the serial ones of ha.cf. */
  readonly index: number;
  readonly self: string;
  readonly peer: string;
  /** Of the life under way; null: none. */
  readonly state: () => State | null;
  readonly say: (question: Question) => void;
  readonly tell: (text: string) => void;
}

/** Milliseconds for an examination; consoles wait two minutes for the answer. */
const longest = 100_000;

/** An examination that this node was asked for. */
export class OwnExamination {
  readonly #options: OwnExaminationOptions;
  readonly #remote: RemoteBench;
  #isAsking = true;
  #isAsked = false;

  constructor(options: OwnExaminationOptions) {
    this.#options = options;
    const { loan, peer, say } = options;
    const exam = randomBytes(8).toString('hex');
    this.#remote = new RemoteBench({ exam, peer, say, lost: (why) => loan.interrupt(why) });
    loan.signal.addEventListener('abort', () => this.#remote.end(loan.signal.reason));
  }

  /** The peer has not agreed yet. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** The peer's doctor answers. */
  hear(reply: Reply): void {
    this.#remote.hear(reply);
  }

  /** What is found, the most important first. Rejects in words where it came to no end. The loan is over then. */
  async run(): Promise<string[]> {
    const { loan, self, peer, tell } = this.#options;
    const { baud } = loan.cable;
    const { signal } = loan;
    const limit = setTimeout(() => loan.interrupt('it took too long'), longest);
    try {
      const { alone, theirs } = await this.#ask();
      this.#isAsking = false;
      const there = alone === '' ? this.#remote : null;
      const here = await loan.open();
      const findings = await examine({
        here,
        there,
        baud,
        tell,
        pause: (delay) => pause(delay, undefined, { signal }),
      });
      return diagnose(findings, { self, peer, alone, rates: { ours: baud, theirs } });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(limit);
      loan.end();
      // Also where it came to nothing; nobody hears it where the other cables failed.
      if (this.#isAsked) void this.#remote.leave().catch(() => undefined);
    }
  }

  /** The peer is to hold its end, where its agent is there for it; else why not. */
  async #ask(): Promise<{ readonly alone: string; readonly theirs: Patient['rates']['theirs'] }> {
    const { loan, index, peer, state } = this.#options;
    const now = state();
    if (now === null || !isThere(now)) return { alone: `${peer} is heard on no cable`, theirs: null };
    if (!isHeardElsewhere(now, loan.cable.name))
      return { alone: `${peer} is heard on no other cable`, theirs: null };
    if (!now.peer.twinbeat) return { alone: `${peer} is no Twinbeat`, theirs: null };
    this.#isAsked = true;
    try {
      return { alone: '', theirs: await this.#remote.begin(index) };
    } catch (error) {
      if (error instanceof NoAnswer) return { alone: error.message, theirs: null };
      throw error;
    }
  }
}
