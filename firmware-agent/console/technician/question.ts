import type { Typing } from './typing.ts';

export interface Timing {
  /** Milliseconds of silence before an answer is looked at: what comes without a pause is pasted, or noise. */
  readonly silence: number;
  /** Milliseconds that silence is waited for. */
  readonly patience: number;
  /** Milliseconds for an answer. */
  readonly answer: number;
}

export const usualTiming: Timing = { silence: 700, patience: 30_000, answer: 60_000 };

/** What a human is asked with. */
export interface Asking {
  readonly typing: Typing;
  readonly timing: Timing;
  readonly say: (...lines: readonly string[]) => Promise<void>;
  readonly prompt: (text: string) => Promise<void>;
}

/** After so many other lines the answer is no. */
const mostTries = 3;

/**
 * Asks until there is a whole line `yes` or `no` that was typed after the question stood there: what was typed or pasted before is
 * thrown away, and a `yes` that more follows at once is none.
 */
export async function confirm(question: string, { typing, timing, say, prompt }: Asking): Promise<boolean> {
  const { silence, patience, answer } = timing;
  await say(question);
  const settled = await typing.settle(silence, patience);
  if (settled === 'noisy') await say('This line is never quiet: nothing is done.');
  if (settled === 'interrupt') await say('^C: nothing is done.');
  if (settled !== 'silent') return false;
  for (let tries = 0; tries < mostTries; tries += 1) {
    await prompt('yes or no: ');
    const typed = await typing.read(false, answer);
    if (typed.is === 'late') await say('', 'No answer: nothing is done.');
    if (typed.is !== 'line') return false;
    const word = typed.text.trim().toLowerCase();
    if (word === 'no') {
      await say('Nothing is done.');
      return false;
    }
    if (word === 'yes') {
      if (await typing.isSilent(silence)) return true;
      await say('More was typed with the answer: nothing is done.');
      // It is the rest of what was pasted.
      await typing.settle(silence, patience);
      return false;
    }
  }
  await say('Neither yes nor no: nothing is done.');
  return false;
}
