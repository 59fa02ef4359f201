import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { KeptEvent } from './event.ts';
import { eventFile, olderEventFile } from './ring-file.ts';

export interface ReadEvents {
  /** The oldest first. */
  readonly events: readonly KeptEvent[];
  /** Lines that were no event, such as one that a loss of power tore. */
  readonly unreadable: number;
  /** The newest line is one of those: whoever wrote it did not come to its end. */
  readonly endsTorn: boolean;
}

/** Bytes read of a file at most: it may be somebody else's. */
const most = 1024 * 1024;
/** The files may change places while they are read. */
const mostTries = 3;

/**
 * The events that are kept, with or without a running agent; null where there are none yet.
 * @throws Error with a code where they may not be read
 */
export function readEvents(stateDir: string): ReadEvents | null {
  for (let tries = 1; ; tries += 1) {
    const newer = readTail(eventFile(stateDir));
    const older = readTail(olderEventFile(stateDir));
    if (newer === null && older === null) return null;
    if (newer !== null && newer.inode === older?.inode && tries < mostTries) continue;
    return parse([...lines(older?.text), ...lines(newer?.text)]);
  }
}

function readTail(path: string): { readonly text: string; readonly inode: number } | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { size, ino } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, most));
    const count = readSync(file, bytes, 0, bytes.length, Math.max(0, size - most));
    return { text: bytes.toString('utf8', 0, count), inode: ino };
  } finally {
    closeSync(file);
  }
}

function lines(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
}

function parse(all: readonly string[]): ReadEvents {
  const read = all.map(eventOf);
  const events = read.filter((event) => event !== null);
  return { events, unreadable: all.length - events.length, endsTorn: read.at(-1) === null };
}

function eventOf(line: string): KeptEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Torn; it is counted.
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { time, kind, text, facts } = value as Partial<KeptEvent>;
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return null;
  if (typeof kind !== 'string' || typeof text !== 'string') return null;
  return { time, kind, text, facts: typeof facts === 'object' && facts !== null ? facts : {} };
}
