/** `node scripts/system-root.ts`: a small Debian in dist/roots, for the tests that install packages. Takes root. */
import { errorText } from '../hw/error.ts';
import { shown } from './build/paths.ts';
import { progress } from './build/progress.ts';
import { makeSystemRoot } from './laboratory/system-root.ts';

try {
  progress(`${shown(await makeSystemRoot())} is there`);
} catch (error) {
  console.error(`system-root: ${errorText(error)}`);
  process.exitCode = 1;
}
