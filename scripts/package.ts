/** `npm run package`: a Debian package and an archive for each processor, in dist/packages/. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { errorText } from '../hw/error.ts';
import { run } from './build/command.ts';
import { make } from './build/make.ts';
import { DIST, ROOT, scratchFolder, shown } from './build/paths.ts';
import { progress, size } from './build/progress.ts';
import { architectures, targetFor } from './build/target.ts';
import { makeArchive } from './package/archive.ts';
import { makeDeb } from './package/deb.ts';
import { sourceEpoch } from './package/epoch.ts';

const PACKAGES = `${DIST}packages/`;

const USAGE = `npm run package [-- OPTIONS]: packages for every processor, in dist/packages

  --quick   compress little: for trying them out
  --help    this text`;

async function makePackages(quick: boolean): Promise<void> {
  const epoch = await sourceEpoch();
  const scratch = scratchFolder();
  await run([process.execPath, `${ROOT}scripts/manual.ts`]);
  mkdirSync(PACKAGES, { recursive: true });
  for (const architecture of architectures) {
    const target = targetFor(architecture);
    await make({ target, runtime: null, ifStale: true });
    for (const kind of [makeDeb, makeArchive]) {
      progress(`package: ${kind === makeDeb ? 'Debian' : 'archive'} for ${architecture}`);
      publish(await kind({ target, into: scratch, scratch, epoch, quick }));
    }
  }
}

/** It appears whole, with its hash beside it. */
function publish(made: string): void {
  const output = PACKAGES + basename(made);
  const hash = createHash('sha256').update(readFileSync(made)).digest('hex');
  writeFileSync(`${output}.sha256`, `${hash}  ${basename(made)}\n`);
  renameSync(made, output);
  console.log(`${shown(output)}: ${size(statSync(output).size)}`);
  console.log(`  SHA-256 ${hash}`);
}

try {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean' } },
  });
  if (values.help) console.log(USAGE);
  else await makePackages(values.quick);
} catch (error) {
  console.error(`package: ${errorText(error)}`);
  process.exitCode = 1;
}
