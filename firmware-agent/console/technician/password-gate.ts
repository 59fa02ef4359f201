import type { PasswordHash } from '../../config/config.ts';
import { isPassword } from './scrypt.ts';

/** Milliseconds after the first wrong password; each further one doubles them, up to the longest. */
const firstDelay = 1000;
const longestDelay = 30_000;

/** What came of a try. `wait`: milliseconds until the next one is looked at. */
export type Verdict =
  | { readonly is: 'right' }
  | { readonly is: 'wrong'; readonly wait: number }
  /** Not looked at. */
  | { readonly is: 'early'; readonly wait: number };

export interface PasswordGateOptions {
  /** The hash in force; null: none is set, and there is nothing to know. */
  readonly hash: () => PasswordHash | null;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Judges passwords for every console of this node, one at a time, and lets more and more time pass after wrong ones: whoever
 * pulls the cable and begins anew has won nothing.
 */
export class PasswordGate {
  readonly #options: PasswordGateOptions;
  #wrong = 0;
  #openAt = Number.NEGATIVE_INFINITY;
  #busy = false;

  constructor(options: PasswordGateOptions) {
    this.#options = options;
  }

  get isSet(): boolean {
    return this.#options.hash() !== null;
  }

  /** Milliseconds until one is looked at. */
  get wait(): number {
    return Math.max(0, Math.ceil(this.#openAt - this.#options.now()));
  }

  async judge(password: string): Promise<Verdict> {
    const hash = this.#options.hash();
    if (hash === null) return { is: 'right' };
    if (this.#busy || this.wait > 0) return { is: 'early', wait: Math.max(this.wait, firstDelay) };
    this.#busy = true;
    try {
      return (await isPassword(password, hash)) ? this.#right() : this.#refused();
    } finally {
      this.#busy = false;
    }
  }

  #right(): Verdict {
    this.#wrong = 0;
    return { is: 'right' };
  }

  #refused(): Verdict {
    const wait = Math.min(firstDelay * 2 ** this.#wrong, longestDelay);
    this.#wrong += 1;
    this.#openAt = this.#options.now() + wait;
    return { is: 'wrong', wait };
  }
}
