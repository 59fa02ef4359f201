import type { Level } from './level.ts';

/** One thing to log, before it has a form. */
export interface LogEntry {
  readonly at: Date;
  readonly node: string;
  /** Who speaks: `heartbeat`, `ipfail`, a script's name. */
  readonly entity: string;
  readonly pid: number;
  readonly level: Level;
  readonly text: string;
}

/** Heartbeat cuts lines at this many bytes, the newline not counted (spec logs-and-tools.md 1). */
export const longestLine = 5119;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Scripts of Heartbeat's, whose lines have a form of their own. */
const scripts: ReadonlySet<string> = new Set(['ResourceManager', 'mach_down', 'harc']);

/**
 * The line for a file or stderr, without its newline, in local time.
 * `syslogFormat`: true for the form of 3.0.6, false for that of 2.1. `isDebugFile`: there a script's line looks otherwise.
 */
export function formatFileLine(entry: LogEntry, syslogFormat: boolean, isDebugFile = false): string {
  const { at, node, entity, pid, level, text } = entry;
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const day = two(at.getDate());
  const stamp = `${at.getFullYear()}/${two(at.getMonth() + 1)}/${day}_${clock}`;
  if (scripts.has(entity)) {
    const said = `${level}: ${text}`;
    if (!syslogFormat) return oneLine(`${entity}[${pid}]:\t${stamp}\t${said}`);
    const speaker = `${entity}(default)[${pid}]:`;
    return oneLine(isDebugFile ? `${speaker}\t${stamp} ${said}` : `${stamp}  ${speaker}    ${said}`);
  }
  if (syslogFormat) {
    const date = `${months[at.getMonth()]} ${day}`;
    return oneLine(`${date} ${clock} ${node} ${entity}: [${pid}]: ${level}: ${text}`);
  }
  return oneLine(`${entity}[${pid}]: ${stamp} ${level}: ${text}`);
}

/** The message for syslog, whose ident is the entity. */
export function formatSyslogText(entry: LogEntry): string {
  return oneLine(`[${entry.pid}]: ${entry.level}: ${entry.text}`);
}

/** Texts may quote what came over a cable: a line break in them must not be able to forge a second line. */
function oneLine(line: string): string {
  return cut(line.replace(/[^\P{Cc}\t]/gu, escapeControl));
}

function escapeControl(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function cut(line: string): string {
  const bytes = Buffer.from(line);
  if (bytes.length <= longestLine) return line;
  let end = longestLine;
  // Not through the middle of a character: its later bytes are 10xxxxxx.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
