import type { Outcome, RequestOptions } from '../control-client.ts';
import type { Desk } from './desk.ts';

/** What the agent said, or why it said nothing. */
export function answerLine(outcome: Outcome): string {
  if (outcome.kind === 'status') return '';
  if (outcome.kind === 'failed') return `Not done: ${outcome.text}`;
  const text = plain(outcome.answer.text);
  return outcome.answer.ok ? text : `Not done: ${text}`;
}

/** Has the human told what becomes of a long request, each time something does. */
export function telling(
  desk: Pick<Desk, 'tell'>,
  worded: (text: string) => string = (text) => text,
): RequestOptions {
  // A human who is gone reads nothing of it.
  return { progress: (text) => void desk.tell(worded(text)).catch(() => undefined) };
}

/** The core names the set that moved: all of it is everything. */
export function plain(text: string): string {
  return text.replace(/(?<=\btook over )all\b/, 'everything');
}
