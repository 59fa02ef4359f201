import { createHash } from 'node:crypto';
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { embeddedAddons } from './addons.ts';
import { bundle, ownVersion } from './bundle.ts';
import { run } from './command.ts';
import { newestGlibc } from './glibc.ts';
import { licenses } from './licenses.ts';
import { demandCommonNames } from './musl.ts';
import { DIST, ROOT, shown } from './paths.ts';
import { progress, size } from './progress.ts';
import { hostNode, isForMusl, type Runtime, strippedRuntime } from './runtime.ts';
import { isFresh, stamp } from './stamp.ts';
import type { Target } from './target.ts';

/**
 * How V8 runs the agent. Without the JIT less memory is used; with one thread for the collector, the main thread's real-time
 * priority covers all that the heartbeat waits for.
 */
const EXEC_ARGV = ['--jitless', '--max-semi-space-size=1', '--max-old-space-size=32', '--single-threaded-gc'];

export function executablePath(target: Target, folder = DIST): string {
  return join(folder, `twinbeat-linux-${target.architecture}`);
}

function recipe(target: Target, runtime: Runtime): string {
  return `Node ${runtime.version}, ${runtime.binary}, ${target.architecture}`;
}

export function executableIsFresh(output: string, target: Target, runtime: Runtime): boolean {
  return isFresh(output, recipe(target, runtime));
}

export interface ExecutableOptions {
  readonly target: Target;
  readonly runtime: Runtime;
  /** Its path: the executable appears whole or not at all. */
  readonly output: string;
  /** A folder for half-made files. */
  readonly scratch: string;
}

/** Make the executable and, beside it, its hash and the licences inside. The addons must be up to date. */
export async function buildExecutable(options: ExecutableOptions): Promise<void> {
  const { target, runtime, output, scratch } = options;
  const node = await strippedRuntime(target, runtime, scratch);
  const startedAt = Date.now();
  const addons = embeddedAddons(target, runtime);
  const embedded = addons.map(({ path }) => path);
  // Those that are compiled here; serialport's is made for musl.
  const own = embedded.filter((path) => path.startsWith(DIST));
  if (isForMusl(runtime)) await demandCommonNames(own, target);
  const main = 'twinbeat.cjs';
  const { inputs, bytes } = await bundle(`${scratch}${main}`, addons);
  progress(`bundle: ${inputs.length} files, ${size(bytes)}`);

  const temporary = `${scratch}${basename(output)}`;
  const configuration = {
    // Relative: the path becomes part of the executable, which must not differ from one build to the next.
    main,
    mainFormat: 'commonjs',
    executable: node,
    output: temporary,
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    execArgv: EXEC_ARGV,
    // Nobody's NODE_OPTIONS may reach a daemon that runs as root.
    execArgvExtension: 'none',
    assets: Object.fromEntries(addons.map(({ name, path }) => [name, path])),
  };
  writeFileSync(`${scratch}sea.json`, JSON.stringify(configuration));
  progress(`executable: joining it with Node ${runtime.version}`);
  await run([hostNode(), '--build-sea', 'sea.json'], { cwd: scratch });
  chmodSync(temporary, 0o755);
  if (target.native) await tryOut(temporary, runtime);

  mkdirSync(dirname(output), { recursive: true });
  const hash = createHash('sha256').update(readFileSync(temporary)).digest('hex');
  writeFileSync(`${output}.sha256`, `${hash}  ${basename(output)}\n`);
  const { summary, text } = licenses(inputs, runtime);
  writeFileSync(`${output}.licenses.txt`, text);
  putInPlace(temporary, output);

  const others = ['package.json', 'package-lock.json', ...buildSources()].map((path) => ROOT + path);
  stamp(output, recipe(target, runtime), [runtime.binary, ...inputs, ...embedded, ...others], startedAt);
  console.log(`${shown(output)}: ${size(statSync(output).size)}`);
  console.log(`  SHA-256 ${hash}`);
  console.log(`  needs ${await needs(target, runtime, embedded)}`);
  console.log(`  licences, in full in ${shown(output)}.licenses.txt:`);
  for (const line of summary) console.log(`    ${line}`);
}

/** The build is an input too: it decides how the runtime is set up. */
function buildSources(): string[] {
  return readdirSync(`${ROOT}scripts/build`).map((name) => `scripts/build/${name}`);
}

/** At once, for whoever starts it meanwhile, also in a folder of another file system. */
function putInPlace(made: string, output: string): void {
  const beside = `${output}.${process.pid}`;
  copyFileSync(made, beside, constants.COPYFILE_FICLONE);
  renameSync(beside, output);
}

/** The C library that the device must have. */
async function needs(target: Target, runtime: Runtime, addons: readonly string[]): Promise<string> {
  if (isForMusl(runtime)) return `musl (${runtime.interpreter}), with libstdc++ and libgcc`;
  return `glibc ${await newestGlibc([runtime.binary, ...addons], target)} or newer`;
}

/** Start it as a bare appliance would, before it takes the place of one that works. */
async function tryOut(path: string, { interpreter }: Runtime): Promise<void> {
  if (!existsSync(interpreter)) {
    progress(`executable: not tried, as this machine has no ${interpreter}`);
    return;
  }
  const answer = await run([path, 'version'], { env: {}, cwd: '/', limit: 60_000 });
  if (!answer.includes(ownVersion()))
    throw new Error(`the executable answers \`version\` with: ${answer.trim()}`);
}
