import { addonsAreFresh, buildAddons } from './addons.ts';
import { buildExecutable, executableIsFresh, executablePath } from './executable.ts';
import { DIST, scratchFolder, shown } from './paths.ts';
import { findRuntime } from './runtime.ts';
import type { Target } from './target.ts';
import { demandBuildTools } from './tools.ts';

export interface MakeOptions {
  readonly target: Target;
  /** A Node binary that someone brought; null: the one that npm installed. */
  readonly runtime: string | null;
  /** Leave an executable alone of which no part has changed. */
  readonly ifStale: boolean;
  /** The folder that the executable is put into; dist unless said. */
  readonly into?: string;
}

/** Make the executable for a device. Throws an Error that says what to do where this machine cannot. */
export async function make({ target, runtime: brought, ifStale, into = DIST }: MakeOptions): Promise<void> {
  const runtime = await findRuntime(target, brought);
  const output = executablePath(target, into);
  if (ifStale && addonsAreFresh(target, runtime) && executableIsFresh(output, target, runtime)) {
    console.log(`${shown(output)} is up to date`);
    return;
  }
  await demandBuildTools(target);
  await buildAddons(target, runtime);
  // Of the addons only those inside the executable make it stale, and only if they came out differently.
  if (ifStale && executableIsFresh(output, target, runtime)) return;
  await buildExecutable({ target, runtime, output, scratch: scratchFolder() });
}
