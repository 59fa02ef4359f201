import { connect, type Socket } from 'node:net';
import { type Answer, type Request, socketPath } from './control-protocol.ts';
import { LineReader } from './line-reader.ts';
import type { StatusReport } from './report.ts';

export interface RequestOptions {
  /** Milliseconds for the whole exchange. Default 5 s for `status`, 120 s for the others. */
  readonly limit?: number;
  /** Told each line of progress as it comes. */
  readonly progress?: (text: string) => void;
  /** begun: the first word of progress is the answer, and what was begun goes on unwatched. Default: the end. */
  readonly answer?: 'begun' | 'end';
}

/** How an exchange with the agent ended. */
export type Outcome =
  | { readonly kind: 'status'; readonly status: StatusReport }
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** There was no answer; `text` says why and what to do. */
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly text: string };

export type FailureReason = 'not running' | 'forbidden' | 'no answer' | 'misunderstood';

/** A status report is a few KiB; this bounds what a stranger on the socket could make us hold. */
const longestAnswer = 1024 * 1024;

/** Asks the agent of this run directory one thing. Never rejects. */
export function request(runDir: string, what: Request, options: RequestOptions = {}): Promise<Outcome> {
  const limit = options.limit ?? (what.command === 'status' ? 5000 : 120_000);
  const path = socketPath(runDir);
  const reader = new LineReader(longestAnswer);
  return new Promise((resolve) => {
    const socket: Socket = connect(path);
    const timer = setTimeout(() => {
      end(failed('no answer', `the agent on ${path} did not answer within ${limit / 1000} s`));
    }, limit);
    const end = (outcome: Outcome): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    socket.on('connect', () => socket.write(`${JSON.stringify(what)}\n`));
    socket.on('error', (error) => end(connectionFailure(path, error)));
    socket.on('close', () => end(failed('no answer', `the agent on ${path} hung up before it answered`)));
    socket.on('data', (chunk: Buffer) => {
      const lines = reader.push(chunk);
      if (lines === null) return end(misunderstood(path));
      for (const line of lines) {
        const outcome = understand(line, path, options);
        if (outcome) return end(outcome);
      }
    });
  });
}

/** Undefined for a line that is not the last one. */
function understand(line: string, path: string, { progress, answer }: RequestOptions): Outcome | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return misunderstood(path);
  }
  if (typeof value !== 'object' || value === null) return misunderstood(path);
  if ('progress' in value) {
    const text = String(value.progress);
    progress?.(text);
    return answer === 'begun' ? { kind: 'answer', answer: { ok: true, text } } : undefined;
  }
  if ('status' in value && typeof value.status === 'object') {
    return { kind: 'status', status: value.status as StatusReport };
  }
  if ('forbidden' in value && 'text' in value) return failed('forbidden', String(value.text));
  if ('ok' in value && 'text' in value) {
    const wait = 'wait' in value && typeof value.wait === 'number' ? { wait: value.wait } : {};
    return { kind: 'answer', answer: { ok: value.ok === true, text: String(value.text), ...wait } };
  }
  return misunderstood(path);
}

function connectionFailure(path: string, error: NodeJS.ErrnoException): Outcome {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ECONNREFUSED':
      return failed(
        'not running',
        `no agent answers on ${path}: start it with \`twinbeat run\`, or name its run directory with --run-dir`,
      );
    case 'EACCES':
    case 'EPERM':
      return failed(
        'forbidden',
        `${path} is closed to this user: root and members of the group haclient may ask the agent`,
      );
    case 'EAGAIN':
      return failed('no answer', `the agent on ${path} takes no more connections: it is busy or frozen`);
    default:
      return failed('no answer', `the connection to the agent on ${path} failed: ${error.message}`);
  }
}

function misunderstood(path: string): Outcome {
  return failed('misunderstood', `what answers on ${path} is not a Twinbeat agent, or of another version`);
}

function failed(reason: FailureReason, text: string): Outcome {
  return { kind: 'failed', reason, text };
}
