import { mkdir } from 'node:fs/promises';
import { errorText } from '../../hw/error.ts';
import type { Log } from './log.ts';
import { ResourceError, type SlowResource, type Variables } from './resource.ts';
import { type RunResult, runScript } from './script.ts';

/** All in milliseconds. */
export interface ProgramLimits {
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
export const defaultLimits: ProgramLimits = {
  start: 60_000,
  stop: 60_000,
  status: 20_000,
  stopRetries: 10,
  stopDistance: 1_000,
  grace: 5_000,
};

export interface ProgramOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly limits?: Partial<ProgramLimits>;
}

export type Action = 'start' | 'stop' | 'status';
export type Answer = 'running' | 'stopped' | 'unknown';

/** How a sort of program is found, called and understood. */
export interface Dialect {
  /** The word as written in haresources. */
  readonly text: string;
  /** The program's path. @throws ResourceError where this box does not have it. */
  locate(): Promise<string>;
  args(action: Action): readonly string[];
  /** What it finds in its environment besides what all of them do. */
  environment?(action: Action): Readonly<Record<string, string>>;
  /** What its answer to `status` means. */
  understand(result: RunResult): Answer;
  /** What it is not when its stop fails where nothing runs. */
  readonly law: string;
  /** Exit codes of a stop that say: nothing of the sort is on this box. */
  readonly absent?: readonly number[];
  /** What is neither running nor stopped must be stopped before it can be started. */
  readonly stopsFirst?: boolean;
}

/** A resource that a program starts, stops and knows the state of. */
export class Program implements SlowResource {
  readonly instant = false;
  readonly text: string;
  readonly #dialect: Dialect;
  readonly #options: ProgramOptions;
  readonly #limits: ProgramLimits;
  #startedHere = false;
  #answer: Answer = 'stopped';
  #hungStops = 0;

  constructor(dialect: Dialect, options: ProgramOptions) {
    this.text = dialect.text;
    this.#dialect = dialect;
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  get hangs(): boolean {
    return this.#hungStops > 0;
  }

  async status(signal: AbortSignal): Promise<boolean> {
    this.#answer = await this.#ask(await this.#dialect.locate(), signal);
    // No answer counts as not running: starting what runs already does no harm.
    return this.#answer === 'running';
  }

  async start(_signal?: AbortSignal, event: Variables = {}): Promise<void> {
    const path = await this.#dialect.locate();
    this.#startedHere = true;
    if (this.#answer === 'unknown' && this.#dialect.stopsFirst === true) await this.#succeed(path, 'stop');
    await this.#succeed(path, 'start', event);
  }

  async #succeed(path: string, action: Action, event: Variables = {}): Promise<void> {
    const result = await this.#run(path, action, undefined, event);
    const failure = this.#failure(path, action, result);
    if (failure !== null) throw new ResourceError(failure, result.last);
  }

  async stop(signal: AbortSignal): Promise<void> {
    let path: string;
    try {
      path = await this.#dialect.locate();
    } catch (error) {
      // A program that this box does not have has started nothing: that must not keep the rest from moving.
      if (this.#startedHere) throw error;
      this.#options.log('ERROR', `${errorText(error)}: taken to be stopped.`);
      return;
    }
    await this.#stopWith(path, signal);
  }

  async #stopWith(path: string, signal: AbortSignal): Promise<void> {
    for (let retries = this.#limits.stopRetries; ; retries -= 1) {
      const result = await this.#run(path, 'stop');
      const failure = this.#failure(path, 'stop', result);
      if (failure === null || this.#isAbsent(result)) return;
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
    this.#options.log('WARN', `${path} is not ${this.#dialect.law}: stop must succeed when nothing runs.`);
  }

  async #ask(path: string, signal: AbortSignal): Promise<Answer> {
    const result = await this.#run(path, 'status', signal);
    if (result.forced === null) return this.#dialect.understand(result);
    if (result.forced !== 'abort') this.#options.log('WARN', this.#forcedText(path, 'status', result));
    return 'unknown';
  }

  async #run(path: string, action: Action, signal?: AbortSignal, event: Variables = {}): Promise<RunResult> {
    const { log, environment } = this.#options;
    const level = action === 'status' ? 'debug' : 'info';
    // Two blanks where there are no arguments: the line that log watchers have known for years.
    const args = this.#dialect.args(action);
    log(level, `Running ${path} ${args.slice(0, -1).join(' ')} ${args.at(-1)}`);
    await this.#makeScratch();
    try {
      return await runScript({
        path,
        args,
        environment: { ...event, ...environment, ...this.#dialect.environment?.(action) },
        limit: this.#limits[action],
        grace: this.#limits.grace,
        ...(signal === undefined ? {} : { signal }),
        ...(action === 'stop' ? { onHang: (hangs) => this.#countHung(hangs) } : {}),
        onLine: (line) => log(level, `${this.text} ${action}: ${line}`),
      });
    } catch (error) {
      throw new ResourceError(`cannot run ${path}: ${errorText(error)}`);
    }
  }

  #countHung(hangs: boolean): void {
    this.#hungStops += hangs ? 1 : -1;
  }

  /** Agents keep their notes there, and a box without systemd has nobody else to make it. */
  async #makeScratch(): Promise<void> {
    const { environment, log } = this.#options;
    const { HA_RSCTMP: directory } = environment;
    if (directory === undefined) return;
    try {
      await mkdir(directory, { recursive: true, mode: 0o1755 });
    } catch (error) {
      log('WARN', `cannot make ${directory}, where resource scripts keep their notes: ${errorText(error)}`);
    }
  }

  #isAbsent({ code }: RunResult): boolean {
    return code !== null && (this.#dialect.absent ?? []).includes(code);
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
