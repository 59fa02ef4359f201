import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND_LIMIT, ENVIRONMENT } from './command.ts';

/**
 * Taking the laboratory down. Everything in it is named after the process that laid it, so that what a killed run left
 * behind is known for what it is. All of it is synchronous: it must work while the process ends.
 */

const NAMESPACES = '/run/netns';
/** Directories have this in front of the prefix: others may call theirs `tb1-something`. */
const DIRECTORY = 'twinbeat-pair-';
/** `tb`, the pid, and from the second pair of a process on its number. */
const OURS = /^(?:twinbeat-pair-)?(tb(\d+)(?:x\d+)?)-/;

let pairs = 0;

/** The beginning of the names of a new pair's namespaces and of its directory. */
export function newPrefix(): string {
  if (pairs === 0) sweepLeftovers();
  pairs += 1;
  return pairs === 1 ? `tb${process.pid}` : `tb${process.pid}x${pairs}`;
}

/** Kill all that runs in a pair's namespaces, then remove them and the pair's directory. */
export function sweep(prefix: string): void {
  const namespaces = list(NAMESPACES).filter((name) => name.startsWith(`${prefix}-`));
  for (const namespace of namespaces) killAll(namespace);
  for (const namespace of namespaces) ipNow(['netns', 'delete', namespace]);
  for (const name of directories()) {
    if (name.startsWith(`${DIRECTORY}${prefix}-`))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** The directory of a new pair, which the sweep knows again. */
export function newDirectory(prefix: string): string {
  return mkdtempSync(join(tmpdir(), `${DIRECTORY}${prefix}-`));
}

/** The directories of pairs, this user's only: another's are not ours to remove. */
function directories(): string[] {
  const named = list(tmpdir()).filter((name) => name.startsWith(DIRECTORY));
  const mine = process.getuid?.();
  return named.filter((name) => lstatSync(join(tmpdir(), name), { throwIfNoEntry: false })?.uid === mine);
}

/** Remove what earlier runs left whose process is gone; and what had our own pid, which was another's then. */
function sweepLeftovers(): void {
  const gone = new Set<string>();
  for (const name of [...list(NAMESPACES), ...directories()]) {
    const [, prefix, pid] = OURS.exec(name) ?? [];
    if (prefix !== undefined && (Number(pid) === process.pid || !lives(Number(pid)))) gone.add(prefix);
  }
  for (const prefix of gone) sweep(prefix);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function killAll(namespace: string): void {
  // A process may have forked while it was being looked for; a few rounds find them all.
  for (let round = 0; round < 5; round++) {
    const pids = ipNow(['netns', 'pids', namespace]).split('\n').filter(Boolean).map(Number);
    if (pids.length === 0) return;
    for (const pid of pids) signal(pid, 'SIGKILL');
  }
}

/** Send a signal; that its process is gone already is as good. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function ipNow(args: readonly string[]): string {
  const options = {
    env: ENVIRONMENT,
    encoding: 'utf8',
    timeout: COMMAND_LIMIT,
    killSignal: 'SIGKILL',
  } as const;
  const { stdout, stderr, status, error } = spawnSync('ip', args, options);
  if (error !== undefined) throw error;
  if (status !== 0) process.stderr.write(`ip ${args.join(' ')}: ${stderr.trim()}\n`);
  return stdout;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const farewells = new Set<() => void>();
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Do something when the process ends, by whatever way it can notice: the last asked for is done first. */
export function atEnd(farewell: () => void): () => void {
  if (farewells.size === 0) {
    process.on('exit', bidFarewell);
    for (const [name, code] of Object.entries(SIGNALS)) process.on(name, () => process.exit(code));
  }
  farewells.add(farewell);
  return () => void farewells.delete(farewell);
}

function bidFarewell(): void {
  for (const farewell of [...farewells].reverse()) {
    try {
      farewell();
    } catch (error) {
      process.stderr.write(`while cleaning up: ${(error as Error).message}\n`);
      process.exitCode = 1;
    }
  }
}
