import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome } from '../control-client.ts';
import type { Asking } from './question.ts';

/** Wrong ones until the session ends. */
const mostWrong = 5;

export interface PasswordOptions extends Asking {
  /** Asks the agent, which holds the hash and the delays; without a password: whether one is needed. */
  readonly judge: (password?: string) => Promise<Outcome>;
  readonly signal: AbortSignal;
}

/** `free`: none is set. `refused`: not given, or nobody can judge it. `spent`: too many were wrong. */
export type Unlocked = 'free' | 'given' | 'refused' | 'spent';

/** Asks for the password until it is right, and at most five times; Enter alone gives up. */
export async function unlock({
  typing,
  timing,
  say,
  prompt,
  judge,
  signal,
}: PasswordOptions): Promise<Unlocked> {
  let outcome = await judge();
  if (outcome.kind === 'answer' && outcome.answer.ok) return 'free';
  for (let wrong = 0; ; ) {
    if (outcome.kind !== 'answer') {
      await say(outcome.kind === 'failed' ? outcome.text : '', 'Nobody can check a password now.');
      return 'refused';
    }
    const { text, wait = 0 } = outcome.answer;
    const why = wrong > 0 ? text : 'The last password was wrong.';
    if (wait > 0) await say(`${why} Wait ${Math.ceil(wait / 1000)} s ...`);
    await pause(wait, undefined, { signal });
    const settled = await typing.settle(timing.silence, timing.patience);
    if (settled !== 'silent') return 'refused';
    await prompt('Password (Enter alone: give up): ');
    const typed = await typing.read(true, timing.answer);
    if (typed.is !== 'line' || typed.text === '') {
      if (typed.is !== 'interrupt') await say('No password is given.');
      return 'refused';
    }
    if (!(await typing.isSilent(timing.silence))) {
      await say('More was typed with it: it is not looked at.');
      await typing.settle(timing.silence, timing.patience);
      return 'refused';
    }
    outcome = await judge(typed.text);
    if (outcome.kind === 'answer' && outcome.answer.ok) return 'given';
    if (outcome.kind !== 'answer') continue;
    wrong += 1;
    if (wrong >= mostWrong) {
      await say(outcome.answer.text);
      return 'spent';
    }
  }
}
