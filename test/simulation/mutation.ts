import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Defect } from './defects.ts';
import { setsOf } from './defence-sets.ts';
import type { play as Play } from './run.ts';
import { core, parts, root } from './sources.ts';

/** What the first pair that shows a defect violates. */
export interface Caught {
  readonly seed: number;
  readonly invariant: string;
}

/**
 * Play pairs of a core with a defect, made in a temporary copy; null: none of the `within` seeds shows it.
 * @throws Error as `withDefect`
 */
export async function catchDefect(defect: Defect, duration: number): Promise<Caught | null> {
  const copy = mkdtempSync(join(tmpdir(), 'twinbeat-defect-'));
  try {
    for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true });
    writeFileSync(join(copy, core, defect.file), withDefect(defect));
    const run = pathToFileURL(join(copy, 'test/simulation/run.ts'));
    const { play } = (await import(run.href)) as { play: typeof Play };
    for (let seed = 1; seed <= defect.within; seed += 1) {
      for (const defences of setsOf(defect.defences ?? 'drawn', seed)) {
        const { violation } = play({ seed, duration, defences });
        if (violation) return { seed, invariant: violation.invariant };
      }
    }
    return null;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/**
 * A core's file with the defect in it.
 * @throws Error where the defect's text is not there once
 */
export function withDefect({ name, file, text, instead }: Defect): string {
  const pieces = readFileSync(join(root, core, file), 'utf8').split(text);
  if (pieces.length !== 2)
    throw new Error(`"${name}" does not apply any more: ${file} has its text ${pieces.length - 1} times`);
  return pieces.join(instead);
}
