import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Elf, readElf } from './elf.ts';
import { packageFolder } from './paths.ts';
import type { Runtime } from './runtime.ts';
import { architectures, hostArchitecture, type Target, targetFor } from './target.ts';

/**
 * The runtime that someone brought: a Node binary as released, for the target and of this version, linked with glibc or musl.
 * Throws an Error that says why it cannot hold the agent, and what would.
 */
export function broughtRuntime(path: string, target: Target, version: string): Runtime {
  const binary = resolve(path);
  const stat = statSync(binary, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error(`--runtime: there is no ${binary}`);
  if (!stat.isFile()) throw new Error(`--runtime: ${binary} is no file: name the binary in it (bin/node)`);
  const { interpreter } = examine(binary, target, version);
  const host = packageFolder(`node-linux-${hostArchitecture()}`);
  // A Node release has its licence beside it; that of the same version here is the same.
  const license = join(dirname(dirname(binary)), 'LICENSE');
  return {
    binary,
    headers: `${host}include/node`,
    license: existsSync(license) ? license : `${host}LICENSE`,
    version,
    interpreter,
    isBrought: true,
  };
}

function examine(binary: string, target: Target, version: string): { interpreter: string } {
  const refuse = (why: string) => new Error(`--runtime: ${binary} cannot be used: ${why}`);
  const elf = readElf(binary);
  if (elf === null)
    throw refuse('it is no program for 64 bits: name the binary of a Node release (bin/node)');
  const { machine, interpreter } = elf;
  if (machine !== target.elfMachine) throw refuse(madeForAnother(elf, target));
  const bytes = readFileSync(binary);
  const found = versionOf(bytes);
  if (found === null) throw refuse('it is no Node, or one whose parts are in a library: bring a whole one');
  if (found !== version)
    throw refuse(
      `it is Node ${found}: bring Node ${version}, which package.json names and the addons are for`,
    );
  if (bytes.includes(`${FUSE}:1`)) throw refuse('it holds a program already: bring Node as it is released');
  if (!bytes.includes(`${FUSE}:0`))
    throw refuse('it was built without support for single executables: bring Node as it is released');
  if (interpreter === null)
    throw refuse(
      'it is linked statically and can load no addons: bring one that is linked with glibc or musl',
    );
  return { interpreter };
}

/** Stands in a Node that can hold a program, with 1 in one that does. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

function madeForAnother({ machine }: Elf, { architecture }: Target): string {
  const its = architectures.find((name) => targetFor(name).elfMachine === machine);
  if (its === undefined) return `it is made for another processor than ${architecture}`;
  return `it is made for ${its}, not ${architecture}: say --target ${its}, or bring one for ${architecture}`;
}

/** Of the address of its sources, which each Node carries; null: it carries none. */
function versionOf(bytes: Buffer): string | null {
  const mark = '/node-v';
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    const text = bytes.toString('latin1', at + mark.length, at + mark.length + 32);
    const version = /^(\d+\.\d+\.\d+)(?:-headers)?\.tar\.gz/.exec(text)?.[1];
    if (version !== undefined) return version;
  }
  return null;
}
