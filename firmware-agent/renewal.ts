import { accessSync, constants, statSync } from 'node:fs';
import { isSea } from 'node:sea';
import { errorText } from '../hw/error.ts';
import { type Holding, isHolding } from './core/holding.ts';

/** Tells the program that takes this one's place what to leave up. */
const variable = 'TWINBEAT_KEEPS';

/** What the program that was here before left up: asked for once, so that no child inherits it. */
export function keptBefore(): Holding {
  const word = process.env[variable];
  delete process.env[variable];
  return isHolding(word) ? word : 'none';
}

/** The executable on the disk is another one than the one that runs. */
export function isReplaced(): boolean {
  const [running, present] = ['/proc/self/exe', process.execPath].map((path) =>
    statSync(path, { throwIfNoEntry: false }),
  );
  return running?.ino !== present?.ino || running?.dev !== present?.dev;
}

/** Whether the executable on the disk can take the place of the one that runs, if it must; in words, why not. */
export function renewalObstacle(): string | null {
  if (!isReplaced()) return null;
  if (process.execve === undefined) return 'this version of Node cannot';
  try {
    accessSync(process.execPath, constants.X_OK);
    return null;
  } catch (error) {
    return errorText(error);
  }
}

/**
 * Put the executable, as it is on the disk now, in the place of this process: the same pid, the same command, the addresses
 * where they are. Does not return. `variables`: what it needs to find in its environment besides.
 */
export function renew(keeps: Holding, variables: Readonly<Record<string, string>> = {}): void {
  const [, script = '', ...words] = process.argv;
  const command = isSea() ? words : [...process.execArgv, script, ...words];
  process.execve?.(process.execPath, [process.argv0, ...command], {
    ...process.env,
    ...variables,
    [variable]: keeps,
  });
}
