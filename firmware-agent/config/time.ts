import { type Parse, Problem } from './values.ts';

/** Milliseconds. The timers of the runtime take no more than this, some 24 days. */
const LONGEST = 2 ** 31 - 1;

/** What people write for units that Heartbeat does not have, in milliseconds. */
const FOREIGN_UNITS: readonly (readonly [RegExp, string, number])[] = [
  [/^s(ecs?|econds?)?$/i, 'seconds', 1000],
  [/^m(ins?|inutes?)?$/i, 'minutes', 60_000],
  [/^h(rs?|ours?)?$/i, 'hours', 3_600_000],
];

/**
 * A time of ha.cf in milliseconds, rounded to the nearest (spec config.md 1.1): `digits[.digits]` in seconds, or with a unit
 * that starts with `ms` or `us` in any case.
 */
export const parseTime: Parse<number> = (text) => {
  const match = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text);
  if (!match) return new Problem(malformed(text));
  const [, digits = '', unit = ''] = match;
  const number = Number(digits);
  for (const [words, name, scale] of FOREIGN_UNITS) {
    if (!words.test(unit)) continue;
    const ms = number * scale;
    return new Problem(`there is no unit for ${name}: write ${ms / 1000} (seconds) or ${Math.round(ms)}ms`);
  }
  const scale = unitScale(unit);
  if (scale === undefined) {
    return new Problem(`there is no unit "${unit}": write ${digits} (seconds) or ${digits}ms (milliseconds)`);
  }
  const ms = Math.round(number * scale);
  return ms <= LONGEST ? ms : new Problem(`longer than the ${formatTime(LONGEST)} that can be waited for`);
};

/** The same, but more than nothing: a heartbeat every 0 s would never end. */
export const parsePositiveTime: Parse<number> = (text) => {
  const ms = parseTime(text);
  return ms === 0 ? new Problem('write a time of at least 1ms') : ms;
};

/** A time as a person would say it: `30 s`, `500 ms`. */
export function formatTime(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

/** A time as ha.cf wants it: `30`, `500ms`. */
export function writeTime(ms: number): string {
  return ms % 1000 === 0 ? String(ms / 1000) : `${ms}ms`;
}

/** True for a word that was meant as the unit of the number before it, as in `500 ms`. */
export function isBareUnit(text: string): boolean {
  return /^[mu]s/i.test(text) || FOREIGN_UNITS.some(([words]) => words.test(text));
}

function unitScale(unit: string): number | undefined {
  if (unit === '') return 1000;
  if (/^ms/i.test(unit)) return 1;
  return /^us/i.test(unit) ? 0.001 : undefined;
}

function malformed(text: string): string {
  if (/^[+-]\d/.test(text)) return `a time has no sign: write ${text.slice(1)}`;
  if (/^\.\d+$/.test(text)) return `a time starts with a digit: write 0${text}`;
  return 'write seconds, as in 2 or 1.5, or milliseconds, as in 500ms';
}
