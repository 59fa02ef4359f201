/** Columns as wide as their widest cell, two blanks apart, numbers to the right, no blanks at the end. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [heading, ...rows];
  const columns = heading.map((_, i) => ({
    width: Math.max(...all.map((row) => row[i]?.length ?? 0)),
    numeric: rows.length > 0 && rows.every((row) => /^\d+$/.test(row[i] ?? '')),
  }));
  return all.map((row) =>
    columns
      .map(({ width, numeric }, i) => (numeric ? row[i]?.padStart(width) : row[i]?.padEnd(width)) ?? '')
      .join('  ')
      .trimEnd(),
  );
}

/** A time as people say it: `0.4 s`, `5 s`, `12 s`, `5 min 3 s`, `2 h 5 min`, `3 d 4 h`. */
export function span(milliseconds: number): string {
  if (milliseconds < 9_950 && milliseconds % 1000 !== 0) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return two(seconds, 60, 'min', 's');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 24 * 60) return two(minutes, 60, 'h', 'min');
  return two(Math.floor(minutes / 60), 24, 'd', 'h');
}

function two(count: number, base: number, large: string, small: string): string {
  const rest = count % base;
  return `${Math.floor(count / base)} ${large}${rest > 0 ? ` ${rest} ${small}` : ''}`;
}

export function ago(milliseconds: number): string {
  return `${span(milliseconds)} ago`;
}

/** Texts may quote what came over a cable: nothing in them may command the terminal. */
export function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, '?');
}

/** A long sentence in lines of at most `columns`. */
export function fold(text: string, columns: number): string {
  return text.match(new RegExp(`.{1,${columns}}`, 'gu'))?.join('\n') ?? '';
}

/** `23:14:07`, in local time. */
export function timeOfDay(iso: string): string {
  const at = new Date(iso);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':');
}

/** A line and the day that it is of; '': nobody knows. */
export interface DatedLine {
  readonly day: string;
  readonly text: string;
}

/** The day stands in a line of its own where it changes. `day`: the one that stands above already. */
export function underDays(lines: readonly DatedLine[], day = ''): string[] {
  let above = day;
  return lines.flatMap((line) => {
    if (line.day === '' || line.day === above) return [line.text];
    above = line.day;
    return [above, line.text];
  });
}

/** `2026-11-21`, in local time. */
export function dayOf(iso: string): string {
  const at = new Date(iso);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join('-');
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
