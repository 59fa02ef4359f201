import { run } from './command.ts';
import type { Target } from './target.ts';

/** The oldest C library (`2.28`) that has every symbol which these ELF files use. */
export async function newestGlibc(files: readonly string[], target: Target): Promise<string> {
  const texts = await Promise.all(
    files.map((file) => run([`${target.prefix}readelf`, '--version-info', file])),
  );
  const versions = texts
    .flatMap((text) => [...text.matchAll(/\bGLIBC_(\d+)\.(\d+)/g)])
    .map(([, major, minor]) => ({ major: Number(major), minor: Number(minor) }))
    .sort((a, b) => a.major - b.major || a.minor - b.minor);
  const newest = versions.at(-1);
  return newest === undefined ? 'of any version' : `${newest.major}.${newest.minor}`;
}
