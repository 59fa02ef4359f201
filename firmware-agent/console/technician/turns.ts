import { errorText } from '../../../hw/error.ts';
import type { Directories, Machine } from '../command-context.ts';
import { request } from '../control-client.ts';
import { type Desk, Refusal } from './desk.ts';
import type { Notes } from './notes.ts';
import { Enough, type Paper } from './paper.ts';
import { confirm, type Timing } from './question.ts';
import type { Typing } from './typing.ts';

export interface TurnsOptions {
  readonly directories: Directories;
  readonly machine: Machine;
  readonly port: string | null;
  readonly typing: Typing;
  readonly timing: Timing;
  readonly paper: Paper;
  readonly notes: Notes;
  /** Aborted when nobody types any more. */
  readonly over: AbortSignal;
  readonly leave: () => void;
}

/** One command after the other, each at a desk of its own that is cleared when it ends. */
export class Turns {
  readonly #options: TurnsOptions;
  #running = new AbortController();

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when it is done, or not wanted any more: what goes on after Ctrl-C has nobody to speak to. Why it failed is said.
   * @throws where the terminal is gone
   */
  async take(run: (desk: Desk) => Promise<void>): Promise<void> {
    const { typing, paper, over } = this.#options;
    if (typing.over !== null) return;
    const controller = new AbortController();
    this.#running = controller;
    const { signal } = controller;
    const ended = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await Promise.race([run(this.#desk(signal)), ended]);
    } catch (error) {
      if (signal.aborted || error instanceof Enough) return;
      const text = errorText(error);
      await paper.say([error instanceof Refusal ? text : `That failed: ${text}`], over);
    } finally {
      controller.abort();
    }
  }

  /** False: nothing ran. */
  interrupt(): boolean {
    const { signal } = this.#running;
    if (signal.aborted) return false;
    this.#running.abort();
    return true;
  }

  #desk(signal: AbortSignal): Desk {
    const { directories, machine, port, paper, leave } = this.#options;
    return {
      directories,
      machine,
      port,
      signal,
      get size() {
        return paper.size;
      },
      resize(size) {
        paper.size = size;
      },
      say: (...lines) => paper.say(lines, signal),
      tell: (...lines) => paper.tell(lines, signal),
      confirm: (question) => this.#confirm(question, signal),
      ask: (what, options) => request(directories.runDir, what, options),
      status: async () => {
        const outcome = await request(directories.runDir, { command: 'status' });
        if (outcome.kind === 'status') return outcome.status;
        throw new Refusal(outcome.kind === 'failed' ? outcome.text : outcome.answer.text);
      },
      leave,
    };
  }

  async #confirm(question: string, signal: AbortSignal): Promise<boolean> {
    const { typing, timing, paper, notes } = this.#options;
    const answer = await confirm(question, {
      typing,
      timing,
      say: (...lines) => paper.say(lines, signal),
      prompt: (text) => paper.prompt(text, signal),
    });
    const isYes = answer && !signal.aborted;
    notes.add(`answered ${isYes ? 'yes' : 'no'}`);
    return isYes;
  }
}
