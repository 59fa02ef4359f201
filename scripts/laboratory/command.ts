import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Ordinary users of Debian do not have the administrator's directories in their PATH; `ip` is there. */
const PATH = [...new Set([...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'])]
  .filter((directory) => directory !== '')
  .join(':');

/** What children of the laboratory get as their environment. */
export const ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, PATH };

/** A limit for every command that is expected to end at once, in milliseconds. */
export const COMMAND_LIMIT = 10_000;

export interface Outcome {
  /** The exit code; null: killed by a signal, the time limit's included. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run a command to its end, whatever that is. Throws only where it cannot be started. */
export function attempt(argv: readonly string[], input = '', limit = COMMAND_LIMIT): Promise<Outcome> {
  const [file = '', ...rest] = argv;
  return new Promise((resolve, reject) => {
    const options = { env: ENVIRONMENT, timeout: limit, killSignal: 'SIGKILL', maxBuffer: 1 << 20 } as const;
    const child = execFile(file, rest, options, (error, stdout, stderr) => {
      const failure = error as NodeJS.ErrnoException | null;
      if (typeof failure?.code === 'string')
        reject(new Error(`cannot run ${argv.join(' ')}: ${failure.message}`));
      else resolve({ code: failure === null ? 0 : (failure.code ?? null), stdout, stderr });
    });
    // A command that ends without reading its input is judged by its exit code, not by the broken pipe.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** Run a command that must succeed and give what it printed. The error carries what it said. */
export async function run(argv: readonly string[], input = '', limit = COMMAND_LIMIT): Promise<string> {
  const { code, stdout, stderr } = await attempt(argv, input, limit);
  if (code !== 0) {
    const end = code === null ? `was killed (limit ${limit} ms)` : `failed (exit ${code})`;
    throw new Error(`${argv.join(' ')} ${end}: ${stderr.trim() || stdout.trim() || 'it said nothing'}`);
  }
  return stdout;
}

/** Run `ip -batch` in a namespace: one process for many changes. */
export async function ipBatch(namespace: string, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await run(['ip', '-n', namespace, '-batch', '-'], `${lines.join('\n')}\n`);
}

/** Words before a command that make it run in a namespace and end with this process, however this one ends. */
export function inside(namespace: string): string[] {
  return ['ip', 'netns', 'exec', namespace, 'setpriv', '--pdeathsig', 'KILL'];
}

let realTime: Promise<string[]> | undefined;

/** Words before a command that keep its clock honest on a busy machine; none where the system does not let us. */
export function promptly(): Promise<string[]> {
  realTime ??= attempt(['chrt', '--rr', '10', 'true']).then(
    ({ code }) => (code === 0 ? ['chrt', '--rr', '10'] : []),
    () => [],
  );
  return realTime;
}

/** Wait for a child's end, at most `limit` milliseconds; false: it still runs. */
export async function ended(child: ChildProcess, limit: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return true;
  // Nothing else may keep this process running; its children do not until they are waited for.
  child.ref();
  try {
    await once(child, 'exit', { signal: AbortSignal.timeout(limit) });
    return true;
  } catch (error) {
    if ((error as Error).name === 'AbortError') return false;
    throw error;
  }
}

/** Start a long-running child in a session of its own, so that Ctrl-C reaches only the laboratory, which cleans up. */
export function start(argv: readonly string[], stdio: 'ipc' | number): ChildProcess {
  const [file = '', ...rest] = argv;
  return spawn(file, rest, {
    env: ENVIRONMENT,
    detached: true,
    serialization: 'advanced',
    stdio: stdio === 'ipc' ? ['ignore', 'ignore', 'pipe', 'ipc'] : ['ignore', stdio, stdio],
  });
}
