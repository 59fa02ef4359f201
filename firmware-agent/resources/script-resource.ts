import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScriptResource as ScriptConfig } from '../config/config.ts';
import type { Log } from './log.ts';
import { messageOf, ResourceError, type SlowResource } from './resource.ts';
import { type RunResult, runScript } from './script.ts';

/** All in milliseconds. */
export interface ScriptLimits {
  readonly start: number;
  readonly stop: number;
  readonly status: number;
  /** How often a stop that failed is tried again, */
  readonly stopRetries: number;
  /** and the time between. */
  readonly stopDistance: number;
  /** From SIGTERM to SIGKILL, once a limit is over. */
  readonly grace: number;
}

/** The retries are those of spec config.md 5. */
export const defaultLimits: ScriptLimits = {
  start: 60_000,
  stop: 60_000,
  status: 20_000,
  stopRetries: 10,
  stopDistance: 1_000,
  grace: 5_000,
};

export interface ScriptOptions {
  /** Searched in this order: `resource.d` of the configuration directory, then `/etc/init.d`. */
  readonly directories: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly limits?: Partial<ScriptLimits>;
}

type Action = 'start' | 'stop' | 'status';

/** A resource that a script starts, stops and knows the state of: `SCRIPT ARG... ACTION` (spec config.md 5). */
export class Script implements SlowResource {
  readonly instant = false;
  readonly text: string;
  readonly #config: ScriptConfig;
  readonly #options: ScriptOptions;
  readonly #limits: ScriptLimits;
  #startedHere = false;

  constructor(config: ScriptConfig, options: ScriptOptions) {
    this.text = config.text;
    this.#config = config;
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  async status(signal: AbortSignal): Promise<boolean> {
    // No answer counts as not running: starting a script that runs already does no harm.
    return (await this.#ask(await this.#locate(), signal)) === 'running';
  }

  async start(): Promise<void> {
    const path = await this.#locate();
    this.#startedHere = true;
    const result = await this.#run(path, 'start');
    const failure = this.#failure(path, 'start', result);
    if (failure !== null) throw new ResourceError(failure, result.last);
  }

  async stop(signal: AbortSignal): Promise<void> {
    let path: string;
    try {
      path = await this.#locate();
    } catch (error) {
      // A script that this box does not have has started nothing: that must not keep the rest from moving.
      if (this.#startedHere) throw error;
      this.#options.log('ERROR', `${messageOf(error)}: taken to be stopped.`);
      return;
    }
    await this.#stopWith(path, signal);
  }

  async #stopWith(path: string, signal: AbortSignal): Promise<void> {
    for (let retries = this.#limits.stopRetries; ; retries -= 1) {
      const result = await this.#run(path, 'stop');
      const failure = this.#failure(path, 'stop', result);
      if (failure === null) return;
      this.#options.log('ERROR', failure);
      if (retries <= 0) return this.#judge(path, failure, result.last, signal);
      if (!signal.aborted) await pause(this.#limits.stopDistance, signal);
      if (signal.aborted) throw new ResourceError(failure, result.last);
      this.#options.log('info', `Retrying failed stop operation [${this.text}]`);
    }
  }

  /**
   * After the last retry the status decides (spec cluster.md 9.12). Here no answer counts as still running: to
   * hand it to the peer could mean that it runs on both.
   */
  async #judge(path: string, failure: string, said: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted || (await this.#ask(path, signal)) !== 'stopped')
      throw new ResourceError(failure, said);
    this.#options.log('WARN', `${path} says that ${this.text} is stopped, but its stop failed: ignored.`);
    this.#options.log('WARN', `${path} is not an LSB-compliant script: stop must succeed when nothing runs.`);
  }

  async #ask(path: string, signal: AbortSignal): Promise<'running' | 'stopped' | 'unknown'> {
    const result = await this.#run(path, 'status', signal);
    if (result.forced === null) return saysRunning(result.output) ? 'running' : 'stopped';
    if (result.forced !== 'abort') this.#options.log('WARN', this.#forcedText(path, 'status', result));
    return 'unknown';
  }

  async #run(path: string, action: Action, signal?: AbortSignal): Promise<RunResult> {
    const { log, environment } = this.#options;
    const level = action === 'status' ? 'debug' : 'info';
    // Two blanks where there are no arguments: the line that log watchers have known for years.
    log(level, `Running ${path} ${this.#config.args.join(' ')} ${action}`);
    try {
      return await runScript({
        path,
        args: [...this.#config.args, action],
        environment,
        limit: this.#limits[action],
        grace: this.#limits.grace,
        ...(signal === undefined ? {} : { signal }),
        onLine: (line) => log(level, `${this.text} ${action}: ${line}`),
      });
    } catch (error) {
      throw new ResourceError(`cannot run ${path}: ${messageOf(error)}`);
    }
  }

  /** Null: it did what it should. */
  #failure(path: string, action: Action, result: RunResult): string | null {
    if (result.forced !== null) return this.#forcedText(path, action, result);
    if (result.code === null) return `${path} ${action} was ended by ${result.signal}`;
    return result.code === 0 ? null : `Return code ${result.code} from ${path}`;
  }

  #forcedText(path: string, action: Action, result: RunResult): string {
    const stuck = result.forced === 'stuck' ? ' and cannot be killed' : ' and was killed';
    return `${path} ${action} did not end within ${this.#limits[action] / 1_000} s${stuck}`;
  }

  async #locate(): Promise<string> {
    for (const directory of this.#options.directories) {
      const path = join(directory, this.#config.script);
      if (await isExecutable(path)) return path;
    }
    throw new ResourceError(`Cannot locate resource script ${this.#config.script}`);
  }
}

/** The output decides, whatever the exit code (spec config.md 5). */
export function saysRunning(output: string): boolean {
  if (/[Nn]ot [Rr]unning/.test(output)) return false;
  return /[Rr]unning|OK/.test(output);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Anything but "not there" and "not executable" is a disk in trouble, and must be told.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return false;
    throw new ResourceError(`cannot look at ${path}: ${messageOf(error)}`);
  }
}

function pause(delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, delay);
    signal.addEventListener('abort', wake, { once: true });
  });
}
