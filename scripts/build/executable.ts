import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { embeddedAddons } from './addons.ts';
import { bundle, ownVersion } from './bundle.ts';
import { run } from './command.ts';
import { newestGlibc } from './glibc.ts';
import { licenses } from './licenses.ts';
import { DIST, ROOT, shown } from './paths.ts';
import { progress, size } from './progress.ts';
import { hostNode, type Runtime, strippedRuntime } from './runtime.ts';
import { isFresh, stamp } from './stamp.ts';
import type { Target } from './target.ts';

/**
 * How V8 runs the agent. Without the JIT memory can be locked (V8 aborts otherwise when it fails to give pages back) and
 * less of it is used; with one thread for the collector, the main thread's real-time priority covers all that the
 * heartbeat waits for.
 */
const EXEC_ARGV = ['--jitless', '--max-semi-space-size=1', '--max-old-space-size=32', '--single-threaded-gc'];

export function executablePath(target: Target): string {
  return `${DIST}twinbeat-linux-${target.architecture}`;
}

function recipe(target: Target, runtime: Runtime): string {
  return `Node ${runtime.version}, ${runtime.binary}, ${target.architecture}`;
}

export function executableIsFresh(target: Target, runtime: Runtime): boolean {
  return isFresh(executablePath(target), recipe(target, runtime));
}

/**
 * Make the executable and, beside it, its hash and the licences inside. The addons must be up to date.
 *
 * @param scratch a folder for half-made files; the executable appears whole or not at all
 */
export async function buildExecutable(target: Target, runtime: Runtime, scratch: string): Promise<void> {
  const node = await strippedRuntime(target, runtime, scratch);
  const startedAt = Date.now();
  const addons = embeddedAddons(target);
  const main = 'twinbeat.cjs';
  const { inputs, bytes } = await bundle(`${scratch}${main}`, addons);
  progress(`bundle: ${inputs.length} files, ${size(bytes)}`);

  const output = executablePath(target);
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
  if (target.native) await tryOut(temporary);

  const hash = createHash('sha256').update(readFileSync(temporary)).digest('hex');
  writeFileSync(`${output}.sha256`, `${hash}  ${basename(output)}\n`);
  const { summary, text } = licenses(inputs, runtime);
  writeFileSync(`${output}.licenses.txt`, text);
  renameSync(temporary, output);

  const embedded = addons.map(({ path }) => path);
  const others = ['package.json', 'package-lock.json', ...buildSources()].map((path) => ROOT + path);
  stamp(output, recipe(target, runtime), [node, ...inputs, ...embedded, ...others], startedAt);
  console.log(`${shown(output)}: ${size(statSync(output).size)}`);
  console.log(`  SHA-256 ${hash}`);
  console.log(`  needs glibc ${await newestGlibc([node, ...embedded], target)} or newer`);
  console.log(`  licences, in full in ${shown(output)}.licenses.txt:`);
  for (const line of summary) console.log(`    ${line}`);
}

/** The build is an input too: it decides how the runtime is set up. */
function buildSources(): string[] {
  return readdirSync(`${ROOT}scripts/build`).map((name) => `scripts/build/${name}`);
}

/** Start it as a bare appliance would, before it takes the place of one that works. */
async function tryOut(path: string): Promise<void> {
  const answer = await run([path, 'version'], { env: {}, cwd: '/', limit: 60_000 });
  if (!answer.includes(ownVersion()))
    throw new Error(`the executable answers \`version\` with: ${answer.trim()}`);
}
