import { addonsAreFresh, buildAddons } from './addons.ts';
import { buildExecutable, executableIsFresh, executablePath } from './executable.ts';
import { scratchFolder, shown } from './paths.ts';
import { examineRuntime, findRuntime } from './runtime.ts';
import type { Target } from './target.ts';
import { demandBuildTools } from './tools.ts';

export interface MakeOptions {
  readonly target: Target;
  /** A Node binary that someone brought; null: the one that npm installed. */
  readonly runtime: string | null;
  /** Leave an executable alone of which no part has changed. */
  readonly ifStale: boolean;
}

/** Make the executable for a device. Throws an Error that says what to do where this machine cannot. */
export async function make({ target, runtime: brought, ifStale }: MakeOptions): Promise<void> {
  const runtime = await findRuntime(target, brought);
  if (ifStale && addonsAreFresh(target, runtime) && executableIsFresh(target, runtime)) {
    console.log(`${shown(executablePath(target))} is up to date`);
    return;
  }
  if (brought !== null) examineRuntime(runtime, target);
  await demandBuildTools(target);
  await buildAddons(target, runtime);
  // Of the addons only those inside the executable make it stale, and only if they came out differently.
  if (ifStale && executableIsFresh(target, runtime)) return;
  await buildExecutable(target, runtime, scratchFolder());
}
