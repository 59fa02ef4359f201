import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { broughtRuntime } from './brought-runtime.ts';
import { run } from './command.ts';
import { readElf } from './elf.ts';
import { fetchedRuntime } from './fetched-runtime.ts';
import { DIST, packageFolder, shown } from './paths.ts';
import { progress } from './progress.ts';
import { isFresh, stamp } from './stamp.ts';
import { hostArchitecture, type Target } from './target.ts';

/** Node for a target: the binary that the agent is put into, and the headers that addons are compiled with. */
export interface Runtime {
  readonly binary: string;
  readonly headers: string;
  /** The file with its licence and those of the libraries within it. */
  readonly license: string;
  /** `26.10.0` */
  readonly version: string;
  /** The program that loads it on the device, which tells of the C library there. */
  readonly interpreter: string;
  /** By someone, for one executable. */
  readonly isBrought: boolean;
}

/** Is the device's C library musl, as on Alpine? Else it is glibc. */
export function isForMusl({ interpreter }: Runtime): boolean {
  return interpreter.includes('/ld-musl-');
}

/** Node for this machine, which makes executables for every target. */
export function hostNode(): string {
  return `${packageFolder(`node-linux-${hostArchitecture()}`)}bin/node`;
}

/** The version that package.json pins: the same for every target. */
export function runtimeVersion(): string {
  const folder = packageFolder(`node-linux-${hostArchitecture()}`);
  const manifest = `${folder}package.json`;
  if (!existsSync(manifest)) throw new Error(`${shown(folder)} is missing: run \`npm ci\``);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/**
 * The target's runtime: the one that npm installed or, for a processor that is not this machine's, that it fetches; or one
 * that someone brought.
 *
 * @param brought the path of a Node binary for the target
 */
export async function findRuntime(target: Target, brought: string | null): Promise<Runtime> {
  const version = runtimeVersion();
  if (brought !== null) return broughtRuntime(brought, target, version);
  const installed = packageFolder(target.runtimePackage);
  const folder = existsSync(`${installed}bin/node`)
    ? installed
    : await fetchedRuntime(target.runtimePackage, version);
  const binary = `${folder}bin/node`;
  return {
    binary,
    headers: `${folder}include/node`,
    license: `${folder}LICENSE`,
    version,
    interpreter: readElf(binary)?.interpreter ?? '',
    isBrought: false,
  };
}

/** The runtime without its symbols (10 MB less); npm's is made once and kept. */
export async function strippedRuntime(target: Target, runtime: Runtime, scratch: string): Promise<string> {
  const { binary, version, isBrought } = runtime;
  const temporary = `${scratch}runtime`;
  const output = `${DIST}runtime/node-${version}-linux-${target.architecture}`;
  const recipe = `strip -s ${binary}`;
  if (!isBrought && isFresh(output, recipe)) return output;
  progress(`runtime: Node ${version} for ${target.architecture}, without symbols`);
  const startedAt = Date.now();
  await run([`${target.prefix}strip`, '-s', '-o', temporary, binary]);
  if (isBrought) return temporary;
  mkdirSync(dirname(output), { recursive: true });
  renameSync(temporary, output);
  stamp(output, recipe, [binary], startedAt);
  return output;
}
