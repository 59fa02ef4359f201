import { accessSync, constants } from 'node:fs';
import { isSea } from 'node:sea';
import { type Holding, isHolding } from './core/holding.ts';

/** Tells the program that takes this one's place what to leave up. */
const variable = 'TWINBEAT_KEEPS';

/** What the program that was here before left up: asked for once, so that no child inherits it. */
export function keptBefore(): Holding {
  const word = process.env[variable];
  delete process.env[variable];
  return isHolding(word) ? word : 'none';
}

/** Whether another program can take this one's place; in words, why not. */
export function renewalObstacle(): string | null {
  if (process.execve === undefined) return 'this version of Node cannot';
  try {
    accessSync(process.execPath, constants.X_OK);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Put the executable, as it is on the disk now, in the place of this process: the same pid, the same command, the addresses
 * where they are. Does not return.
 */
export function renew(keeps: Holding): void {
  const [, script = '', ...words] = process.argv;
  const command = isSea() ? words : [...process.execArgv, script, ...words];
  process.execve?.(process.execPath, [process.argv0, ...command], { ...process.env, [variable]: keeps });
}
