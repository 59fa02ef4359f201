import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root of the sources, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Where everything that is built ends up. */
export const DIST = `${ROOT}dist/`;

/** Where a package of ours is installed, with a slash at its end. */
export function packageFolder(name: string): string {
  return `${ROOT}node_modules/${name}/`;
}

/** What a person reads: paths relative to the root. */
export function shown(path: string): string {
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}

const SCRATCH = `${DIST}scratch/`;

/**
 * A new folder for half-made files, on the file system of the results so that a rename puts them in place at once.
 * Removed when this process ends; what a killed build left behind goes when the next one starts.
 */
export function scratchFolder(): string {
  mkdirSync(SCRATCH, { recursive: true });
  for (const pid of readdirSync(SCRATCH)) {
    if (!existsSync(`/proc/${pid}`)) rmSync(`${SCRATCH}${pid}`, { recursive: true, force: true });
  }
  const folder = `${SCRATCH}${process.pid}/`;
  mkdirSync(folder, { recursive: true });
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
