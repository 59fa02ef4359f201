import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../hw/error.ts';
import { firstExecutable } from './executable.ts';
import type { Log } from './log.ts';
import { runScript } from './script.ts';

/** Milliseconds that one script may run. */
const defaultLimit = 60_000;
/** Events that may wait for the script that runs. */
const mostWaiting = 64;
/** Bytes of a script that are searched for */
const bytesSearched = 65_536;
/** what Heartbeat's own scripts in rc.d call to take and give resources, which the agent does by itself. */
const helpers = /\b(mach_down|ResourceManager|req_resource|hb_standby)\b/;

export interface RcScriptOptions {
  /** As in `/etc/ha.d`; the scripts are in its `rc.d`. */
  readonly configDir: string;
  /** What all scripts find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  /** Milliseconds; 60000 unless told. */
  readonly limit?: number;
}

interface Event {
  readonly type: string;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Runs the scripts of rc.d, one at a time and in the order of what happened: `TYPE TYPE`, with each field of the message as
 * `HA_<field>` (spec logs-and-tools.md 5). Only what a person wrote: Heartbeat's own would take resources a second time.
 */
export class RcScripts {
  readonly #options: RcScriptOptions;
  readonly #waiting: Event[] = [];
  readonly #end = new AbortController();
  /** Scripts of Heartbeat's own that were told of. */
  readonly #passedOver = new Set<string>();
  #working: Promise<void> | null = null;

  constructor(options: RcScriptOptions) {
    this.#options = options;
  }

  /** A message of this type came, or something of that name happened here. Nothing where rc.d has no script for it. */
  happen(type: string, fields: Readonly<Record<string, string>>): void {
    // A type comes from a message: it is a file's name, not a way out of the directory.
    if (this.#end.signal.aborted || !/^\w[\w-]*$/.test(type)) return;
    this.#waiting.push({ type, fields });
    if (this.#waiting.length > mostWaiting) {
      const lost = this.#waiting.shift();
      this.#options.log('WARN', `rc.d/${lost?.type} was not run: ${mostWaiting} newer events wait already`);
    }
    this.#working ??= this.#work();
  }

  /** End the script that runs, begin none any more. */
  async close(): Promise<void> {
    this.#end.abort();
    this.#waiting.length = 0;
    await this.#working;
  }

  async #work(): Promise<void> {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      try {
        await this.#handle(event);
      } catch (error) {
        this.#options.log('ERROR', `rc.d/${event.type}: ${errorText(error)}`);
      }
    }
    this.#working = null;
  }

  async #handle({ type, fields }: Event): Promise<void> {
    const path = await firstExecutable([join(this.#options.configDir, 'rc.d', type)]);
    if (path === undefined || (await this.#isHeartbeats(path))) return;
    await this.#run(path, type, fields);
  }

  async #isHeartbeats(path: string): Promise<boolean> {
    const helper = helpers.exec(await beginningOf(path))?.[0];
    if (helper === undefined) return false;
    if (!this.#passedOver.has(path)) {
      const reason = `it calls ${helper}, and resources are taken and given without it`;
      this.#options.log('info', `${path} is not run: ${reason}`);
    }
    this.#passedOver.add(path);
    return true;
  }

  async #run(path: string, type: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const { environment, limit = defaultLimit, log } = this.#options;
    log('info', `Running ${path} ${type}`);
    const named = Object.entries(fields).filter(([name]) => /^\w+$/.test(name));
    const result = await runScript({
      path,
      args: [type],
      environment: {
        ...Object.fromEntries(named.map(([name, value]) => [`HA_${name}`, value])),
        ...environment,
      },
      limit,
      signal: this.#end.signal,
      onLine: (line) => log('info', `${type}: ${line}`),
    });
    if (result.forced === 'abort') return;
    if (result.forced !== null) log('ERROR', `${path} did not end within ${limit / 1_000} s and was killed`);
    else if (result.code !== 0) log('ERROR', `Return code ${result.code ?? result.signal} from ${path}`);
  }
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytesSearched));
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
