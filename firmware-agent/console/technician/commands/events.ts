import { errorText } from '../../../../hw/error.ts';
import type { KeptEvent } from '../../../events/event.ts';
import { readEvents } from '../../../events/read-events.ts';
import { parseSince, sinceForms } from '../../../events/since.ts';
import { eventLine, eventLines } from '../../event-lines.ts';
import { plain } from '../answer.ts';
import { type Desk, Refusal, type TechnicianCommand } from '../desk.ts';
import { newestThatFit } from '../newest.ts';

/** Without a wish, on a screen of any height. */
const usualMost = 15;

export const events: TechnicianCommand = {
  name: 'events',
  usage: '[COUNT | since TIME | console]',
  summary: 'what happened here, and why',
  more: [
    'events 50',
    `events since TIME, TIME is ${sinceForms}`,
    'events console: who did what at a console; nothing else shows that',
  ],
  async run(words, desk) {
    const isOfConsole = words[0] === 'console';
    const wish = isOfConsole ? words.slice(1) : words;
    const all = kept(desk.directories.stateDir)
      .filter(({ kind }) => (kind === 'console') === isOfConsole)
      .map(told);
    const chosen = choose(all, wish, desk);
    if (chosen.length === 0) throw new Refusal('Nothing happened since then.');
    await desk.say(...eventLines(chosen));
    if (wish.length === 0 && chosen.length < all.length)
      await desk.say(`(${all.length - chosen.length} older: ${['events', ...words, 50].join(' ')})`);
  },
};

/** What became of an operator's wish, in the words that the menu had for it. */
function told(event: KeptEvent): KeptEvent {
  if (event.kind !== 'answer') return event;
  const text = plain(event.text.replace(/^answer: /, event.facts.ok === true ? 'done: ' : 'not done: '));
  return { ...event, text };
}

function kept(stateDir: string): readonly KeptEvent[] {
  try {
    const read = readEvents(stateDir);
    if (read !== null) return read.events;
  } catch (error) {
    throw new Refusal(`The events cannot be read: ${errorText(error)}`);
  }
  throw new Refusal(`No events are kept in ${stateDir}.`);
}

function choose(all: readonly KeptEvent[], words: readonly string[], { size }: Desk): readonly KeptEvent[] {
  const [first, ...rest] = words;
  if (first === undefined) {
    return all.slice(-Math.min(usualMost, newestThatFit(all.map(eventLine), size)));
  }
  if (/^\d{1,6}$/.test(first) && Number(first) > 0) return all.slice(-Number(first));
  const from = first === 'since' ? parseSince(rest.join(' '), new Date()) : null;
  if (from === null) throw new Refusal(`Write: events, events 50, or events since TIME, as in ${sinceForms}`);
  return all.filter(({ time }) => Date.parse(time) >= from.getTime());
}
