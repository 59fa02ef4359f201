import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { errorText } from '../../hw/error.ts';
import { spawnChild } from './child.ts';
import { Output } from './output.ts';

/** From SIGTERM to SIGKILL, and from SIGKILL to giving up on a process that even that does not end. Milliseconds. */
const termGrace = 5_000;
const killGrace = 5_000;
/** How long the last output is waited for after the exit: a daemon left behind may hold the pipe for ever. */
const drainGrace = 250;
/** A script that prints more than this in a second is made to wait, so that the agent is not kept busy. Bytes. */
const bytesPerSecond = 1_048_576;

/** Where programs are looked for that are named without their directory, */
export const searchPath = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
] as const;
/** and the same for their environment. */
export const PATH = searchPath.join(':');

export interface Run {
  readonly path: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds until the run is ended by force. */
  readonly limit: number;
  /** Ends the run at once, like its limit. */
  readonly signal?: AbortSignal;
  /** Output, a line at a time, at a bounded rate, also from what the script leaves running. */
  readonly onLine: (line: string) => void;
  /** Milliseconds between SIGTERM and SIGKILL; 5000 unless told. */
  readonly grace?: number;
  /** True: only SIGKILL can end it now. False: it is gone after all. */
  readonly onHang?: (hangs: boolean) => void;
}

export interface RunResult {
  /** Null: a signal ended it, or nothing did. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it was ended by force; `stuck`: not even SIGKILL ended it. */
  readonly forced: 'limit' | 'abort' | 'stuck' | null;
  /** The beginning of both its streams. */
  readonly output: string;
  /** The last line that it printed, or that gave a reason. */
  readonly last: string;
}

/**
 * Run a script in a process group of its own, so that it can be ended with all its children, without input, from `/`.
 * @throws Error when it cannot be started.
 */
export function runScript(run: Run): Promise<RunResult> {
  const output = new Output(run.onLine, () => performance.now());
  const child = spawnChild(run.path, run.args, {
    cwd: '/',
    env: run.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // The reason comes a turn later; where descriptors ran out there are no streams to listen to.
  if (child.pid === undefined) return new Promise((_, reject) => child.once('error', reject));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  collect(child.stdout, 'stdout', output);
  collect(child.stderr, 'stderr', output);
  void closed.then(() => output.end());

  return new Promise((resolve, reject) => {
    let forced: RunResult['forced'] = null;
    let exited = false;
    let isHung = false;
    let timer = setTimeout(() => end('limit'), run.limit);

    const kill = (signal: 'SIGTERM' | 'SIGKILL'): void => {
      const problem = signalGroup(child, signal);
      if (problem !== null) run.onLine(problem);
    };
    const end = (why: 'limit' | 'abort'): void => {
      forced = why;
      clearTimeout(timer);
      kill('SIGTERM');
      timer = setTimeout(() => {
        kill('SIGKILL');
        run.onHang?.(true);
        isHung = true;
        timer = setTimeout(() => finish(null, null, 'stuck'), killGrace);
      }, run.grace ?? termGrace);
    };
    const abort = (): void => {
      if (forced === null && !exited) end('abort');
    };
    const leave = (): void => {
      clearTimeout(timer);
      run.signal?.removeEventListener('abort', abort);
    };
    const finish = (code: number | null, signal: string | null, how: RunResult['forced']): void => {
      leave();
      output.end();
      resolve({ code, signal, forced: how, output: output.text, last: output.last });
    };

    child.once('error', (error) => {
      leave();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      exited = true;
      if (isHung) run.onHang?.(false);
      clearTimeout(timer);
      // Its children had their SIGTERM too; with the script gone nobody waits for them.
      if (forced !== null) kill('SIGKILL');
      timer = setTimeout(() => finish(code, signal, forced), drainGrace);
      void closed.then(() => finish(code, signal, forced));
    });
    run.signal?.addEventListener('abort', abort, { once: true });
    if (run.signal?.aborted) abort();
  });
}

/**
 * What was wrong with a run, in words; null: nothing. One that was ended by force did not do its work, whatever it says.
 * @param aborted the words for one that nobody wanted any more
 */
export function failureOf(
  { code, signal, forced, last }: RunResult,
  limit: number,
  aborted: string,
): string | null {
  const said = last === '' ? '' : ` (${last})`;
  if (forced === 'abort') return `${aborted}${said}`;
  if (forced === 'stuck') return `cannot be ended${said}`;
  if (forced === 'limit') return `did not end within ${limit / 1_000} s and was killed${said}`;
  if (code === null) return `was ended by ${signal}${said}`;
  return code === 0 ? null : `return code ${code}${said}`;
}

/** Read for as long as anyone writes, so that a daemon that the script leaves behind never meets a full or a broken pipe. */
function collect(stream: Readable & { unref?: () => void }, name: 'stdout' | 'stderr', output: Output): void {
  let windowAt = performance.now();
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    output.add(name, chunk);
    const now = performance.now();
    if (now - windowAt >= 1_000) {
      windowAt = now;
      bytes = 0;
    }
    bytes += chunk.length;
    if (bytes < bytesPerSecond) return;
    stream.pause();
    setTimeout(() => stream.resume(), windowAt + 1_000 - now).unref();
  });
  // The read end of a pipe fails only with the descriptor itself; the run's end is told by the exit.
  stream.on('error', (error) => output.add(name, Buffer.from(`(output lost: ${error.message})\n`)));
  stream.unref?.();
}

/** Null, or why it could not be done. A group that ended by itself is what was wanted. */
function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): string | null {
  if (child.pid === undefined) return null;
  try {
    process.kill(-child.pid, signal);
    return null;
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === 'ESRCH';
    return gone ? null : `(${signal} could not be sent: ${errorText(error)})`;
  }
}
