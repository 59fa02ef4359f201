import { errorText } from '../../hw/error.ts';
import type { Log } from '../resources/log.ts';
import { failureOf, PATH, type Run, type RunResult } from '../resources/script.ts';
import type { AlarmEvent } from './alarm.ts';

/**
 * The runner gives no input, so the shell does: by a pipe, which a command can also open as /dev/stdin, and whose
 * breaking ends nothing but printf. With the trap it waits, so that the command has its grace.
 */
const feed = `trap : TERM; printf '%s\\n' "$2" | /bin/sh -c "$1" >/dev/null`;

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
        PATH,
        LANG: 'C',
        TWINBEAT_ALARM: event.kind,
        TWINBEAT_LEVEL: event.level,
      },
      limit,
      grace,
      signal,
      onLine: (line) => log('debug', `alarm command ${command}: ${line}`),
    });
    return failureOf(result, limit, 'ended at the stop');
  } catch (error) {
    return `cannot be run: ${errorText(error)}`;
  }
}
