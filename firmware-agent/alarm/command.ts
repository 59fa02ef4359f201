import type { Log } from '../resources/log.ts';
import { messageOf } from '../resources/resource.ts';
import type { Run, RunResult } from '../resources/script.ts';
import type { AlarmEvent } from './alarm.ts';

/**
 * The runner gives no input, so the shell does: by a pipe, which a command can also open as /dev/stdin, and whose
 * breaking ends nothing but printf. With the trap it waits, so that the command has its grace.
 */
const feed = `trap : TERM; printf '%s\\n' "$2" | /bin/sh -c "$1" >/dev/null`;
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export type Runner = (run: Run) => Promise<RunResult>;

export interface CommandOptions {
  /** For `/bin/sh -c`. */
  readonly command: string;
  /** Milliseconds until a run is ended by force, with its children: SIGTERM, */
  readonly limit: number;
  /** and after so many milliseconds SIGKILL. */
  readonly grace: number;
  readonly log: Log;
  readonly run: Runner;
}

/** Give the event to the command. Null: it took it; else why not, in words. Never rejects. */
export async function giveTo(
  options: CommandOptions,
  event: AlarmEvent,
  signal: AbortSignal,
): Promise<string | null> {
  const { command, limit, grace, log, run } = options;
  try {
    const result = await run({
      path: '/bin/sh',
      args: ['-c', feed, 'alarm', command, JSON.stringify(event)],
      environment: {
        PATH: searchPath,
        LANG: 'C',
        TWINBEAT_ALARM: event.kind,
        TWINBEAT_LEVEL: event.level,
      },
      limit,
      grace,
      signal,
      onLine: (line) => log('debug', `alarm command ${command}: ${line}`),
    });
    return failureOf(result, limit);
  } catch (error) {
    return `cannot be run: ${messageOf(error)}`;
  }
}

function failureOf({ code, signal, forced, last }: RunResult, limit: number): string | null {
  const said = last === '' ? '' : ` (${last})`;
  if (forced === 'abort') return `ended at the stop${said}`;
  if (forced === 'stuck') return `cannot be ended${said}`;
  if (forced === 'limit') return `did not end within ${limit / 1_000} s and was killed${said}`;
  if (code === null) return `was ended by ${signal}${said}`;
  return code === 0 ? null : `return code ${code}${said}`;
}
