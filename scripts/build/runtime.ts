import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { run } from './command.ts';
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
}

const ELF_MAGIC = 0x7f454c46;

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
 * @param brought a Node binary of the same version for the target
 */
export async function findRuntime(target: Target, brought: string | null): Promise<Runtime> {
  const version = runtimeVersion();
  if (brought === null) {
    const installed = packageFolder(target.runtimePackage);
    const folder = existsSync(`${installed}bin/node`)
      ? installed
      : await fetchedRuntime(target.runtimePackage, version);
    return {
      binary: `${folder}bin/node`,
      headers: `${folder}include/node`,
      license: `${folder}LICENSE`,
      version,
    };
  }
  const binary = resolve(brought);
  if (!existsSync(binary)) throw new Error(`--runtime: there is no ${binary}`);
  // A Node release has its headers beside it; for a bare binary those of the same version here serve.
  const release = dirname(dirname(binary));
  const host = packageFolder(`node-linux-${hostArchitecture()}`);
  const complete =
    existsSync(join(release, 'include/node/node_api.h')) && existsSync(join(release, 'LICENSE'));
  const folder = complete ? release : host;
  return { binary, headers: join(folder, 'include/node'), license: join(folder, 'LICENSE'), version };
}

/** Throws unless the binary is a Node that an agent for this target can be put into. */
export function examineRuntime({ binary, version }: Runtime, target: Target): void {
  const refuse = (why: string) => new Error(`${binary} cannot be used as the runtime: ${why}`);
  const bytes = readFileSync(binary);
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== ELF_MAGIC) throw refuse('it is not an ELF file');
  if (bytes.readUInt16LE(18) !== target.elfMachine) throw refuse(`it is not made for ${target.architecture}`);
  if (!bytes.includes('NODE_SEA_FUSE_')) throw refuse('it is no Node that can hold a single executable');
  if (!bytes.includes(`node-v${version}`))
    throw refuse(`it is not Node ${version}, which makes the executable`);
  if (bytes.includes('/ld-musl-')) throw refuse('it needs musl, and the addons are compiled for glibc');
}

/** The runtime without its symbols (10 MB less), made once and kept. */
export async function strippedRuntime(target: Target, runtime: Runtime, scratch: string): Promise<string> {
  const output = `${DIST}runtime/node-${runtime.version}-linux-${target.architecture}`;
  const recipe = `strip -s ${runtime.binary}`;
  if (isFresh(output, recipe)) return output;
  progress(`runtime: Node ${runtime.version} for ${target.architecture}, without symbols`);
  const startedAt = Date.now();
  const temporary = `${scratch}runtime`;
  await run([`${target.prefix}strip`, '-s', '-o', temporary, runtime.binary]);
  mkdirSync(dirname(output), { recursive: true });
  renameSync(temporary, output);
  stamp(output, recipe, [runtime.binary], startedAt);
  return output;
}
