import type { Desk, TechnicianCommand } from './desk.ts';
import { type Unlocked, unlock } from './password.ts';
import type { Timing } from './question.ts';
import type { Typing } from './typing.ts';

/** Milliseconds for scrypt on a slow box. */
const judgeLimit = 20_000;

export interface GuardOptions {
  /** The serial port; null: a shell, whose user may do what the system lets him. */
  readonly port: string | null;
  readonly login: boolean;
  readonly typing: Typing;
  readonly timing: Timing;
  readonly prompt: (text: string, signal: AbortSignal) => Promise<void>;
}

/** Asks for the password once in a session, before anything is done. */
export class Guard {
  readonly #options: GuardOptions;
  #isUnlocked = false;
  #isSpent = false;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  get isUnlocked(): boolean {
    return this.#isUnlocked;
  }

  /** Too many were wrong: the session is over. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Before anything is shown. */
  async admits(desk: Desk): Promise<boolean> {
    const unlocked = await this.#unlock(desk);
    return unlocked === 'free' || unlocked === 'given';
  }

  async allows({ name, acts }: TechnicianCommand, desk: Desk): Promise<boolean> {
    const { port, login } = this.#options;
    // In a shell the system has judged already who this is.
    if (!acts || this.#isUnlocked || (port === null && !login)) return true;
    const isAllowed = await this.admits(desk);
    if (!isAllowed) await desk.say(`${name}: nothing is done.`);
    return isAllowed;
  }

  async #unlock(desk: Desk): Promise<Unlocked> {
    const { typing, timing, prompt } = this.#options;
    const port = this.#options.port ?? 'in a shell';
    const unlocked = await unlock({
      typing,
      timing,
      say: desk.say,
      prompt: (text) => prompt(text, desk.signal),
      judge: (password) =>
        desk.ask(
          { command: 'password', port, ...(password !== undefined && { password }) },
          { limit: judgeLimit },
        ),
      signal: desk.signal,
    });
    this.#isUnlocked ||= unlocked === 'given';
    this.#isSpent ||= unlocked === 'spent';
    if (unlocked === 'spent') await desk.say('Too many wrong passwords: the session ends.');
    return unlocked;
  }
}
