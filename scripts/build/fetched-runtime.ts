import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { run } from './command.ts';
import { DIST, ROOT, scratchFolder, shown } from './paths.ts';
import { progress } from './progress.ts';

/** Of the package only what an executable is made with. */
const WANTED = ['package/bin/node', 'package/include', 'package/LICENSE', 'package/package.json'];

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

/**
 * The folder of a package that npm leaves out here, since this machine cannot run what is in it: fetched once and kept in
 * dist/, and taken only if it is what package-lock.json names. Throws an Error that says what to do without a network.
 */
export async function fetchedRuntime(name: string, version: string): Promise<string> {
  const folder = `${DIST}runtime/${name}-${version}/`;
  if (existsSync(folder)) return folder;
  progress(`runtime: fetching ${name} ${version}`);
  const scratch = scratchFolder();
  await run(['npm', 'pack', '--silent', `${name}@${version}`, '--pack-destination', scratch]).catch(
    (error: Error) => {
      throw new Error(`${name} cannot be fetched: give its bin/node by --runtime\n${error.message}`);
    },
  );
  const file = readdirSync(scratch).find((entry) => entry.endsWith('.tgz'));
  if (file === undefined) throw new Error(`npm left no package of ${name} in ${shown(scratch)}`);
  const bytes = readFileSync(scratch + file);
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (integrity !== lockedIntegrity(name))
    throw new Error(`${name} ${version} as fetched is not what package-lock.json names (${integrity})`);
  const unpacked = `${scratch}unpacked/`;
  mkdirSync(unpacked);
  await run(['tar', '-xzf', scratch + file, '-C', unpacked, ...WANTED]);
  mkdirSync(`${DIST}runtime`, { recursive: true });
  renameSync(`${unpacked}package`, folder);
  return folder;
}

function lockedIntegrity(name: string): string | undefined {
  const lockfile = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as Lockfile;
  return lockfile.packages[`node_modules/${name}`]?.integrity;
}
