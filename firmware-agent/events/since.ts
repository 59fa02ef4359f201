const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How a time may be written, for messages. */
export const sinceForms = '"23:14", "2026-11-21 23:14", "90m", "12h", "3d", "today" or "yesterday"';

/**
 * The moment that an operator means, in local time: a clock time that is yet to come today was yesterday's. Null: not
 * understood.
 */
export function parseSince(text: string, now: Date): Date | null {
  const word = text.trim().toLowerCase();
  if (word === 'today' || word === 'yesterday') return midnight(now, word === 'today' ? 0 : 1);
  const ago = /^(\d{1,6})([smhd])$/.exec(word);
  if (ago) return new Date(now.getTime() - Number(ago[1]) * units[ago[2] as keyof typeof units]);
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(word);
  if (clock) return atClock(clock, now);
  if (!/^\d{4}-\d{2}-\d{2}/.test(word)) return null;
  // A date alone would be taken as one of UTC.
  const moment = new Date(/^\d{4}-\d{2}-\d{2}$/.test(word) ? `${word}T00:00` : word.replace(' ', 'T'));
  return Number.isNaN(moment.getTime()) ? null : moment;
}

function midnight(now: Date, daysBefore: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBefore);
}

function atClock([, hour, minute, second = '0']: RegExpExecArray, now: Date): Date | null {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const moment = midnight(now, 0);
  moment.setHours(Number(hour), Number(minute), Number(second));
  if (moment > now) moment.setDate(moment.getDate() - 1);
  return moment;
}
