import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorText } from '../hw/error.ts';
import type { Log } from './resources/log.ts';

/** Told of what could not be kept; the agent runs on without it. */
type Warn = (text: string) => void;

/**
 * This box's uuid, made at the first start and kept in `hb_uuid` (spec wire.md 8): 16 raw bytes.
 * Where the state directory cannot be written the uuid lives as long as the process.
 */
export function loadUuid(stateDir: string, log: Log): Uint8Array {
  const warn: Warn = (text) => log('WARN', text);
  const file = join(stateDir, 'hb_uuid');
  const known = read(file, warn);
  if (known?.length === 16 && known.some((byte) => byte !== 0)) return known;
  if (known) warn(`${file} holds ${known.length} bytes instead of a uuid of 16: a new one is made`);
  log('info', 'No uuid found for current node - generating a new uuid.');
  const uuid = randomBytes(16);
  // RFC 4122: version 4, variant 1.
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x40;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  write(file, uuid, warn);
  return uuid;
}

export interface Generation {
  readonly number: number;
  /** None was kept: it is made from the clock. */
  readonly isNew: boolean;
}

/**
 * The generation of a new life: one more than the last, on disk before it is used (spec wire.md 7.1).
 * Without a kept one it is the wall clock's seconds plus one, which is beyond any that was used before.
 * `last` is that of the process's own life before, in case nothing could be kept.
 */
export function nextGeneration(stateDir: string, last: number, warn: Warn): Generation {
  const file = generationFile(stateDir);
  const text = read(file, warn)?.toString('latin1').trim();
  const kept = text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;
  if (text !== undefined && kept === null) warn(`${file} holds no number: the clock's is taken instead`);
  const number = Math.max(kept === null ? Math.floor(Date.now() / 1000) + 1 : kept + 1, last + 1);
  keepGeneration(stateDir, number, warn);
  return { number, isNew: kept === null };
}

/** Remember a generation for the next life. */
export function keepGeneration(stateDir: string, generation: number, warn: Warn): void {
  write(generationFile(stateDir), Buffer.from(`${String(generation).padStart(15)}\n`), warn);
}

function generationFile(stateDir: string): string {
  return join(stateDir, 'hb_generation');
}

function read(file: string, warn: Warn): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      warn(`${file} cannot be read: ${errorText(error)}`);
    return null;
  }
}

/** Whole or not at all, and on the disk before anybody relies on it: the box may lose power in the next moment. */
function write(file: string, bytes: Uint8Array, warn: Warn): void {
  const fresh = `${file}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    toDisk(fresh, 'w', (fd) => writeSync(fd, bytes));
    renameSync(fresh, file);
    // The new name, too, must survive a loss of power.
    toDisk(dirname(file), 'r');
  } catch (error) {
    warn(`${file} cannot be written, so it is forgotten when the agent ends: ${errorText(error)}`);
  }
}

function toDisk(path: string, flags: 'w' | 'r', write: (fd: number) => void = () => {}): void {
  const fd = openSync(path, flags, 0o600);
  try {
    write(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
