import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export const core = 'firmware-agent/core';

/** All that a run imports. */
export const parts: readonly string[] = [
  'package.json',
  core,
  'firmware-agent/lock',
  'firmware-agent/lock-happening.ts',
  'firmware-agent/wire',
  'hw/frame-queue.ts',
  'test/simulation',
  'test/unit/support/random.ts',
];

/** Tells one core with its simulator from another: a hash of all sources that decide what a seed shows. */
export function buildOf(folder = root): string {
  const hash = createHash('sha256');
  for (const file of parts.flatMap((part) => sourcesIn(folder, part)).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function sourcesIn(folder: string, part: string): string[] {
  const files = statSync(join(folder, part)).isDirectory()
    ? readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' }).map((name) => join(part, name))
    : [part];
  return files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
}
