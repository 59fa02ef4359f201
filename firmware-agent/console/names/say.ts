import { hostname } from 'node:os';
import { formatFileLine } from '../../log/format.ts';
import type { Level } from '../../log/level.ts';

/** A line as Heartbeat's programs write it to a terminal: as in its log (spec logs-and-tools.md 1). */
export function logLine(entity: string, level: Level, text: string): string {
  return formatFileLine({ at: new Date(), node: hostname(), entity, pid: process.pid, level, text }, true);
}

/** The same, as its shell scripts do. */
export function scriptLine(text: string): string {
  const [month, day, clock] = logLine('', 'info', '').split(' ');
  return `${month} ${day} ${clock} ${text}`;
}

/** Why a signal could not be sent, as the C library says it. */
export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPERM' ? 'Operation not permitted' : String(code);
}
