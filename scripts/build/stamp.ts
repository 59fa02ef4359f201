import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DIST, ROOT, shown } from './paths.ts';

/** What an output was made of. Kept beside the outputs, so that nothing is made twice and nothing stays old. */
interface Stamp {
  /** How it was made: versions and flags, as text. */
  readonly recipe: string;
  /** The output as it was left: someone may have replaced it since. */
  readonly output: string;
  /** A fingerprint for each path; relative to the root where they lie below it. */
  readonly inputs: Readonly<Record<string, string>>;
}

const STAMPS = `${DIST}stamps/`;

/** Larger files (runtimes, executables) are known by size and time: reading them would cost what stamps save. */
const LARGE = 4 << 20;

function fingerprint(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'missing';
  if (stat.size > LARGE) return `${stat.size} bytes at ${stat.mtimeMs}`;
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function stampPath(output: string): string {
  return `${STAMPS}${shown(output).replaceAll('/', '-')}.json`;
}

function readStamp(output: string): Stamp | null {
  try {
    return JSON.parse(readFileSync(stampPath(output), 'utf8')) as Stamp;
  } catch {
    // Absent, or cut short by a full disk: either way the output has to be made again, which writes a new one.
    return null;
  }
}

/** Is `output` still what the recipe makes of the inputs that it was made of? */
export function isFresh(output: string, recipe: string): boolean {
  const stamp = readStamp(output);
  if (stamp === null || stamp.recipe !== recipe) return false;
  const current = fingerprint(output);
  if (current === 'missing' || stamp.output !== current) return false;
  return Object.entries(stamp.inputs).every(([path, print]) => fingerprint(resolve(ROOT, path)) === print);
}

/**
 * Record what `output` was made of.
 *
 * @param inputs absolute paths
 * @param startedAt wall clock, ms: when the first input was read. One that changed since then counts as changed.
 */
export function stamp(output: string, recipe: string, inputs: Iterable<string>, startedAt: number): void {
  const prints: Record<string, string> = {};
  for (const path of [...new Set(inputs)].sort()) {
    const changed = (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > startedAt;
    prints[shown(path)] = changed ? 'changed while it was read' : fingerprint(path);
  }
  const text = JSON.stringify(
    { recipe, output: fingerprint(output), inputs: prints } satisfies Stamp,
    null,
    1,
  );
  mkdirSync(STAMPS, { recursive: true });
  const temporary = `${stampPath(output)}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, stampPath(output));
}
