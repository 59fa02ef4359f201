import { type Parse, Problem } from './values.ts';

/** Milliseconds. The timers of the runtime take no more than this, some 24 days. */
const LONGEST = 2 ** 31 - 1;

/** What people write for units that Heartbeat does not have, in milliseconds. */
const LONG_UNITS: readonly (readonly [RegExp, string, number])[] = [
  [/^s(ecs?|econds?)?$/i, 'seconds', 1000],
  [/^m(ins?|inutes?)?$/i, 'minutes', 60_000],
  [/^h(rs?|ours?)?$/i, 'hours', 3_600_000],
];

/**
 * A time of ha.cf in milliseconds, rounded to the nearest (spec config.md 1.1): `digits[.digits]` in seconds, or with a unit
 * that starts with `ms` or `us` in any case.
 */
export const parseTime: Parse<number> = (text) =>
  measure(text, 'seconds, as in 2 or 1.5, or milliseconds, as in 500ms', (unit, digits) => {
    const long = longUnit(unit);
    if (long) {
      const [, name, scale] = long;
      const ms = Number(digits) * scale;
      return new Problem(`there is no unit for ${name}: write ${ms / 1000} (seconds) or ${Math.round(ms)}ms`);
    }
    return (
      unitScale(unit) ??
      new Problem(`there is no unit "${unit}": write ${digits} (seconds) or ${digits}ms (milliseconds)`)
    );
  });

/** A time of twinbeat.cf in milliseconds: as in ha.cf, or with the unit `s`, `m` or `h`, in any case and as words too. */
export const parseLongTime: Parse<number> = (text) =>
  measure(
    text,
    'a time as in 90s, 5m, 1h or 500ms',
    (unit, digits) =>
      longUnit(unit)?.[2] ??
      unitScale(unit) ??
      new Problem(`there is no unit "${unit}": write ${digits}s, ${digits}m, ${digits}h or ${digits}ms`),
  );

/** Times of ha.cf that are more than nothing: a heartbeat every 0 s would never end. */
export const parsePositiveTime = positive(parseTime);

/** The same for twinbeat.cf. */
export const parsePositiveLongTime = positive(parseLongTime);

/** A time as a person would say it: `30 s`, `500 ms`. */
export function formatTime(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

/** A time as ha.cf wants it: `30`, `500ms`. */
export function writeTime(ms: number): string {
  return ms % 1000 === 0 ? String(ms / 1000) : `${ms}ms`;
}

/**
 * The time in one word that was meant where a blank stands before its unit, as in `500 ms`.
 * @param parse how the file writes a time
 * @returns what is wrong with that time too, or undefined where the words are no such time
 */
export function joinTime(number: string, unit: string, parse: Parse<number>): string | Problem | undefined {
  if (!/^[\d.]+$/.test(number) || (!/^[mu]s/i.test(unit) && !longUnit(unit))) return undefined;
  const time = parse(number + unit);
  return time instanceof Problem ? time : number + unit;
}

function positive(parse: Parse<number>): Parse<number> {
  return (text) => {
    const ms = parse(text);
    return ms === 0 ? new Problem('write a time of at least 1ms') : ms;
  };
}

/**
 * @param usage what to write instead of what is no time
 * @param scaleOf the milliseconds of one unit; the digits before it are for the mend
 */
function measure(
  text: string,
  usage: string,
  scaleOf: (unit: string, digits: string) => number | Problem,
): number | Problem {
  const match = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text);
  if (!match) return new Problem(malformed(text, usage));
  const [, digits = '', unit = ''] = match;
  const scale = scaleOf(unit, digits);
  if (scale instanceof Problem) return scale;
  const ms = Math.round(Number(digits) * scale);
  return ms <= LONGEST ? ms : new Problem(`longer than the ${formatTime(LONGEST)} that can be waited for`);
}

function longUnit(unit: string): (typeof LONG_UNITS)[number] | undefined {
  return LONG_UNITS.find(([words]) => words.test(unit));
}

function unitScale(unit: string): number | undefined {
  if (unit === '') return 1000;
  if (/^ms/i.test(unit)) return 1;
  return /^us/i.test(unit) ? 0.001 : undefined;
}

function malformed(text: string, usage: string): string {
  if (/^[+-]\d/.test(text)) return `a time has no sign: write ${text.slice(1)}`;
  if (/^\.\d+$/.test(text)) return `a time starts with a digit: write 0${text}`;
  return `write ${usage}`;
}
