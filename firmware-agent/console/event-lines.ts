import type { KeptEvent } from '../events/event.ts';
import { type DatedLine, dayOf, printable, timeOfDay, underDays } from './text.ts';

/** Events for people, in local time: the date stands in a line of its own where it changes. */
export function eventLines(events: readonly KeptEvent[]): string[] {
  return underDays(events.map(eventLine));
}

export function eventLine({ time, text }: KeptEvent): DatedLine {
  return { day: dayOf(time), text: `${timeOfDay(time)} ${printable(text)}` };
}
