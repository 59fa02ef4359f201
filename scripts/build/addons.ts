import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from './command.ts';
import { DIST, packageFolder, ROOT, shown } from './paths.ts';
import { progress } from './progress.ts';
import { isForMusl, type Runtime } from './runtime.ts';
import { isFresh, stamp } from './stamp.ts';
import type { Target } from './target.ts';

/** An addon that is compiled here. */
interface Addon {
  /** Its file name; without `.node` it is the module's name. */
  readonly file: string;
  readonly compiler: 'gcc' | 'g++';
  readonly flags: readonly string[];
  readonly sources: readonly string[];
  /** What the sources include, Node's own headers aside. */
  readonly includes: readonly string[];
}

const C_FLAGS = ['-std=c11', '-Os', '-Wall', '-Wextra', '-fPIC', '-shared', '-s'] as const;
const RAW_SOCKET = packageFolder('raw-socket');

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => folder + name)
    .sort();
}

function compiledAddons(target: Target): Addon[] {
  const own = `${ROOT}hw/native/`;
  const addons: Addon[] = [
    {
      file: 'twinbeat.node',
      compiler: 'gcc',
      flags: C_FLAGS,
      sources: filesIn(own, '.c'),
      includes: filesIn(own, '.h'),
    },
    {
      // Without the exceptions and type information that it does not use, as node-gyp would compile it.
      file: 'raw.node',
      compiler: 'g++',
      flags: [
        ...['-std=c++20', '-Os', '-fPIC', '-shared', '-s', '-fno-rtti', '-fno-exceptions', '-static-libgcc'],
        ...['-DBUILDING_NODE_EXTENSION', `-I${packageFolder('nan')}`],
      ],
      sources: [`${RAW_SOCKET}src/raw.cc`],
      includes: [`${RAW_SOCKET}src/raw.h`, ...filesIn(packageFolder('nan'), '.h')],
    },
  ];
  if (target.native) {
    // The laboratory's own, never part of the executable.
    for (const name of ['pty', 'frames'])
      addons.push({
        file: `${name}.node`,
        compiler: 'gcc',
        flags: C_FLAGS,
        sources: [`${ROOT}scripts/laboratory/${name}.c`],
        includes: [],
      });
  }
  return addons;
}

/** Where the addons for a target are. */
function addonFolder(target: Target): string {
  return `${DIST}native/${target.architecture}/`;
}

/** Node's own headers, which its version tells, aside. */
function command(addon: Addon, target: Target): string[] {
  const name = addon.file.replace('.node', '');
  return [
    ...[`${target.prefix}${addon.compiler}`, ...addon.flags, ...target.flags],
    ...[`-DNODE_GYP_MODULE_NAME=${name}`, ...addon.sources],
  ];
}

/** One file to make. */
interface Step {
  readonly output: string;
  readonly recipe: string;
  readonly inputs: readonly string[];
  /** Make it at this path. */
  readonly make: (path: string) => Promise<unknown>;
}

function compile(addon: Addon, target: Target, runtime: Runtime): Step {
  const argv = command(addon, target);
  return {
    output: addonFolder(target) + addon.file,
    recipe: `Node ${runtime.version}: ${argv.join(' ')}`,
    inputs: [...addon.sources, ...addon.includes],
    make: (path) => run([...argv, `-I${runtime.headers}`, '-o', path]),
  };
}

function copy(source: string, output: string): Step {
  return { output, recipe: 'copy', inputs: [source], make: async (path) => copyFileSync(source, path) };
}

/** Carry out what is out of date, side by side. A file appears whole or not at all, as it may be in use. */
async function carryOut(steps: readonly Step[]): Promise<void> {
  await Promise.all(
    steps
      .filter(({ output, recipe }) => !isFresh(output, recipe))
      .map(async ({ output, recipe, inputs, make }) => {
        progress(`addon: ${shown(output)}`);
        const startedAt = Date.now();
        const temporary = `${output}.${process.pid}`;
        mkdirSync(dirname(output), { recursive: true });
        try {
          await make(temporary);
          renameSync(temporary, output);
        } finally {
          rmSync(temporary, { force: true });
        }
        stamp(output, recipe, inputs, startedAt);
      }),
  );
}

function serialportAddon(target: Target): string {
  return packageFolder('@serialport/bindings-cpp') + target.serialportAddon;
}

/** Everything to make, in waves: a later one needs what an earlier one makes. */
function waves(target: Target, runtime: Runtime): Step[][] {
  const first = [
    ...compiledAddons(target).map((addon) => compile(addon, target, runtime)),
    copy(serialportAddon(target), `${addonFolder(target)}serialport.node`),
  ];
  if (!target.native) return [first];
  // Where raw-socket looks for its addon when the sources run as they are; an install script would have put it there.
  return [first, [copy(`${addonFolder(target)}raw.node`, `${RAW_SOCKET}build/Release/raw.node`)]];
}

/** Is there an addon that has to be made (again)? */
export function addonsAreFresh(target: Target, runtime: Runtime): boolean {
  return waves(target, runtime).every((steps) =>
    steps.every(({ output, recipe }) => isFresh(output, recipe)),
  );
}

/** Make what is out of date in `dist/native/<processor>/`. */
export async function buildAddons(target: Target, runtime: Runtime): Promise<void> {
  for (const steps of waves(target, runtime)) await carryOut(steps);
}

/** An addon that goes into the executable. */
export interface EmbeddedAddon {
  /** The name that `loadAddon` in hw/native.ts knows. */
  readonly name: string;
  readonly path: string;
  /** In hex; the agent loads nothing else. */
  readonly sha256: string;
}

/** What is compiled here uses nothing that only one C library has; serialport brings an addon for each. */
export function embeddedAddons(target: Target, runtime: Runtime): EmbeddedAddon[] {
  const paths = {
    'twinbeat.node': `${addonFolder(target)}twinbeat.node`,
    'raw.node': `${addonFolder(target)}raw.node`,
    'serialport.node': isForMusl(runtime)
      ? serialportAddon(target).replace('.glibc.', '.musl.')
      : `${addonFolder(target)}serialport.node`,
  };
  return Object.entries(paths).map(([name, path]) => {
    return { name, path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
  });
}
