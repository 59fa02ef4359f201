import type { Outcome } from '../control-client.ts';

/** What the agent said, or why it said nothing. */
export function answerLine(outcome: Outcome): string {
  if (outcome.kind === 'status') return '';
  if (outcome.kind === 'failed') return `Not done: ${outcome.text}`;
  return outcome.answer.ok ? outcome.answer.text : `Not done: ${outcome.answer.text}`;
}
