import type { KeptEvent } from '../events/event.ts';
import { dayOf, printable, timeOfDay } from './text.ts';

/** Events for people, in local time: the date stands in a line of its own where it changes. */
export function eventLines(events: readonly KeptEvent[]): string[] {
  let day = '';
  return events.flatMap(({ time, text }) => {
    const line = `${timeOfDay(time)} ${printable(text)}`;
    if (dayOf(time) === day) return [line];
    day = dayOf(time);
    return [day, line];
  });
}
