import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentOptions } from '../command-context.ts';
import { request } from '../control-client.ts';
import { daemonMark, reportDescriptor } from '../start-report.ts';
import { ownWords } from './own-words.ts';

const agentName = 'twinbeat';
/** Milliseconds until a daemon that neither starts nor fails is given up. */
const limit = 180_000;
/** Milliseconds between two questions to one that has started and does not answer yet. */
const askAgain = 200;

/**
 * Start the agent as a daemon: in a session of its own, in `/`, with nothing on its standard streams. Resolves with 0 when
 * its control socket answers, with its exit code where it does not start; why is `said`.
 */
export async function startDaemon(options: AgentOptions, said: (line: string) => void): Promise<number> {
  const child = spawn(process.execPath, agentWords(options), {
    argv0: agentName,
    cwd: '/',
    detached: true,
    env: { ...process.env, [daemonMark]: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = endOf(child);
  const report = text(child, said);
  const hasStarted = report.then(() => true);
  const tooLong = sleep(limit, false, { ref: false });
  // One that has said that it started serves by now: it is not ended for being slow to answer.
  const started = (await Promise.race([hasStarted, ended.then(() => true), tooLong])) === true;
  const code = started ? await answers(options.runDir, ended) : null;
  if (code === null) {
    said(`the agent (pid ${child.pid}) did not start within ${limit / 1000} s and is ended`);
    child.kill('SIGTERM');
  }
  if (code !== 0) await Promise.race([report, sleep(1000)]);
  child.unref();
  return code ?? 1;
}

/**
 * Go on as the agent in the foreground, with the same pid. Returns only where that cannot be done.
 * What runs is called `twinbeat run`, however it was started: so it can start anew by itself.
 */
export function becomeAgent(options: AgentOptions): void {
  process.execve?.(process.execPath, [agentName, ...agentWords(options)], process.env);
}

function agentWords({ debug = 0, ...options }: AgentOptions): string[] {
  return [...ownWords('run', options), ...(debug > 0 ? ['--debug', String(debug)] : [])];
}

/** It says that it started, so its socket is there; what ended meanwhile has not. */
async function answers(runDir: string, ended: Promise<number>): Promise<number> {
  const giveUp = performance.now() + limit;
  for (;;) {
    const asked = request(runDir, { command: 'status' }).then(({ kind }) => (kind === 'status' ? 0 : null));
    const code = (await Promise.race([asked, ended])) ?? (await Promise.race([sleep(askAgain, null), ended]));
    if (code !== null) return code;
    if (performance.now() > giveUp) return 0;
  }
}

async function endOf(child: ChildProcess): Promise<number> {
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === null || code === 0 ? 1 : code;
  } catch {
    // It could not even be spawned.
    return 1;
  }
}

/** Hand on what comes, line by line, until the other end is closed. */
async function text(child: ChildProcess, said: (line: string) => void): Promise<void> {
  const pipe = child.stdio[reportDescriptor];
  if (!pipe || !('setEncoding' in pipe)) return;
  pipe.setEncoding('utf8');
  let rest = '';
  for await (const chunk of pipe) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) said(line);
  }
  if (rest !== '') said(rest);
}
