import type { NodeName } from './node-name.ts';

interface Waiting {
  readonly id: number;
  readonly node: NodeName;
  /** True ms. */
  readonly since: number;
}

/** Operators who gave a command and wait for its answer. */
export class Operators {
  #next = 1;
  #waiting: Waiting[] = [];

  /** A command reaches the agent now: its number. */
  ask(node: NodeName, since: number): number {
    const id = this.#next;
    this.#next += 1;
    this.#waiting.push({ id, node, since });
    return id;
  }

  answered(id: number): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.id !== id);
  }

  /** The agent is gone, and the operator's session with it. */
  hungUp(node: NodeName): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.node !== node);
  }

  get areNone(): boolean {
    return this.#waiting.length === 0;
  }

  waiting(node: NodeName): readonly Waiting[] {
    return this.#waiting.filter((waiting) => waiting.node === node);
  }
}
