import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { errorText } from '../../hw/error.ts';
import { ResourceError } from './resource.ts';

/** The first of the paths that is a regular file which may be run; undefined: none. @throws ResourceError */
export async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isExecutable(path)) return path;
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Anything but "not there" and "not executable" is a disk in trouble, and must be told.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return false;
    throw new ResourceError(`cannot look at ${path}: ${errorText(error)}`);
  }
}
