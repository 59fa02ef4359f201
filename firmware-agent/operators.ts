import type { Answer, ControlHandlers, ResourceSet } from './console/control-protocol.ts';
import type { StatusReport } from './console/report.ts';
import type { Happening, Life } from './life.ts';

/** An operator who waits for the end of a movement. */
interface Waiting {
  readonly progress: (text: string) => void;
  readonly answer: (answer: Answer) => void;
}

export interface OperatorsOptions {
  readonly self: string;
  readonly peer: string;
  /** The life under way; null: none yet. */
  readonly life: () => Life | null;
}

/** Those who ask this node for something, and wait for the core's answer. */
export class Operators {
  readonly #options: OperatorsOptions;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;

  constructor(options: OperatorsOptions) {
    this.#options = options;
  }

  handlers(status: () => StatusReport): ControlHandlers {
    const move = (command: 'standby' | 'takeover') => (set: ResourceSet, progress: (text: string) => void) =>
      this.#ask((id) => ({ kind: 'command', id, command, set }), progress);
    return {
      status,
      standby: move('standby'),
      takeover: move('takeover'),
      confirm: () => this.#ask((id) => ({ kind: 'confirm', id })),
      fenceAck: (node) => this.#fenceAck(node),
    };
  }

  progress(id: number, text: string): void {
    this.#waiting.get(id)?.progress(text);
  }

  answer(id: number, answer: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.answer(answer);
  }

  /** The life that they asked is over. */
  refuseAll(): void {
    const text = `${this.#options.self} stops or starts anew: try again when it is active.`;
    for (const id of [...this.#waiting.keys()]) this.answer(id, { ok: false, text });
  }

  /** It is about the box that would be fenced; whoever names another one looked at another one. */
  #fenceAck(node: string): Promise<Answer> {
    const { self, peer } = this.#options;
    if (node === peer) return this.#ask((id) => ({ kind: 'fence-ack', id }));
    const text = node === self ? `this is ${self} itself` : `there is no node ${node}`;
    return Promise.resolve({ ok: false, text: `${text}: write "twinbeat fence-ack ${peer}"` });
  }

  #ask(question: (id: number) => Happening, progress: (text: string) => void = () => {}): Promise<Answer> {
    return new Promise((resolve) => {
      const id = this.#next;
      this.#next += 1;
      this.#waiting.set(id, { progress, answer: resolve });
      const life = this.#options.life();
      if (life && !life.state.over) life.happen(question(id));
      else {
        const text = `${this.#options.self} is not running yet: try again in a moment.`;
        this.answer(id, { ok: false, text });
      }
    });
  }
}
