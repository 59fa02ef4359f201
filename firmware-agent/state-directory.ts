import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../hw/error.ts';
import type { Directories } from './console/command-context.ts';

export interface StateDirectory {
  readonly path: string;
  /** In words: why it is not the one that was asked for; null: it is. */
  readonly fault: string | null;
}

/**
 * Where the agent keeps what it remembers: the state directory, or where that cannot be written (a read-only or a full disk)
 * one in the run directory, which lasts until the box loses its power. A node starts all the same.
 */
export function stateDirectory({ stateDir, runDir }: Directories): StateDirectory {
  const fault = whyNotWritable(stateDir);
  if (fault === null) return { path: stateDir, fault };
  const path = join(runDir, 'state');
  const second = whyNotWritable(path);
  const complaint = `${stateDir} cannot be written (${fault})`;
  if (second !== null) return { path: stateDir, fault: `${complaint}, nor can ${path} (${second})` };
  return { path, fault: `${complaint}: identity and events are kept in ${path}, until the next boot` };
}

/** Tried with a file, since permissions say nothing of a full disk. */
function whyNotWritable(directory: string): string | null {
  const trial = join(directory, `.trial-${process.pid}`);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    writeFileSync(trial, 'trial\n', { mode: 0o600 });
    return null;
  } catch (error) {
    return errorText(error);
  } finally {
    try {
      rmSync(trial, { force: true });
    } catch {
      // On a read-only disk there is nothing to take away either.
    }
  }
}
