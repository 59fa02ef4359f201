import type { Outcome } from '../control-client.ts';

/** What the agent said, or why it said nothing. */
export function answerLine(outcome: Outcome): string {
  if (outcome.kind === 'status') return '';
  if (outcome.kind === 'failed') return `Not done: ${outcome.text}`;
  const text = plain(outcome.answer.text);
  return outcome.answer.ok ? text : `Not done: ${text}`;
}

/** The core names the set that moved: all of it is everything. */
export function plain(text: string): string {
  return text.replace(/(?<=\btook over )all\b/, 'everything');
}
