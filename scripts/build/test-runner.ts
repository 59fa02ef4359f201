import { run } from './command.ts';
import { packageFolder, ROOT } from './paths.ts';
import { progress } from './progress.ts';
import { isFresh, stamp } from './stamp.ts';

/** What `tap build` leaves behind. */
const OUTPUT = `${ROOT}.tap/plugins/package.json`;

/** It notes absolute paths: a tree that was moved needs it again. */
const RECIPE = `tap build in ${ROOT}`;

/**
 * Fit tap with the plugins that .taprc names. tap would do that itself, but only after it has loaded those that it comes
 * with, and its TypeScript plugin fails every test under TypeScript 7.
 */
export async function prepareTestRunner(): Promise<void> {
  if (isFresh(OUTPUT, RECIPE)) return;
  progress('test runner: fitting tap with the plugins of .taprc');
  await run([process.execPath, `${ROOT}node_modules/.bin/tap`, 'build'], { cwd: ROOT });
  // The generated class takes the place of the one in the package, which `npm ci` puts back.
  const generated = `${packageFolder('@tapjs/test')}test-built/dist/esm/index.js`;
  stamp(OUTPUT, RECIPE, [`${ROOT}.taprc`, generated], Date.now());
}
