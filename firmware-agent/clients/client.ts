import type { ChildProcess } from 'node:child_process';
import type { ClientConfig } from '../config/config.ts';
import { spawnChild } from '../resources/child.ts';
import type { Log } from '../resources/log.ts';
import type { Timers } from '../resources/timers.ts';

/** A client that ends by this code is not started again (spec ipfail.md 2). */
const neverAgain = 100;
/** More ends than this in a row, each so many ms after its start, are too fast: the client is given up. */
const mostFastEnds = 10;
const fast = 30_000;
/** From SIGTERM to SIGKILL, in ms. */
const grace = 5_000;

export interface ClientOptions {
  readonly config: ClientConfig;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly timers: Timers;
  /** A `failfast` client failed: the machine is to reboot. */
  readonly failed: (why: string) => void;
}

/** A program that runs as long as this node is active: `respawn` and `failfast` of ha.cf. */
export class Client {
  readonly #options: ClientOptions;
  #child: ChildProcess | null = null;
  #startedAt = 0;
  #fastEnds = 0;
  #wanted = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Nothing happens where it runs. */
  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#fastEnds = 0;
    // One that is still ending comes first.
    void this.#ended.then(() => this.#run());
  }

  /** Resolves when it is gone: after SIGTERM, five seconds and SIGKILL at the latest. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const { timers } = this.#options;
    this.#signal('SIGTERM');
    const cancel = timers.after(grace, () => this.#signal('SIGKILL'));
    await this.#ended;
    cancel();
  }

  #run(): void {
    if (!this.#wanted || this.#child !== null) return;
    const { config, environment, log, timers } = this.#options;
    const { command, user, uid, gid } = config;
    log('info', `Starting child client "${command}" (${uid},${gid})`);
    this.#startedAt = timers.now();
    const child = spawnChild('/bin/sh', ['-c', `exec ${command}`], {
      cwd: '/',
      env: { ...environment, LOGNAME: user, USER: user },
      uid,
      gid,
      detached: true,
      stdio: 'ignore',
    });
    this.#child = child;
    if (child.pid !== undefined)
      log('info', `Starting "${command}" as uid ${uid}  gid ${gid} (pid ${child.pid})`);
    this.#ended = new Promise((resolve) => {
      const end = (why: string | null, again: boolean): void => {
        if (this.#child !== child) return;
        this.#child = null;
        resolve();
        if (this.#wanted) this.#afterEnd(why, again);
      };
      child.once('error', (error) => end(`Client ${command} cannot be started: ${error.message}.`, true));
      child.once('exit', (code, signal) => {
        if (signal !== null) end(`Client ${command} (pid=${child.pid}) killed by signal ${signal}.`, true);
        else if (code === 0) end(null, true);
        else end(`Client ${command} exited with return code ${code}.`, code !== neverAgain);
      });
    });
  }

  /** `why`: what was wrong with the end; null: nothing. */
  #afterEnd(why: string | null, again: boolean): void {
    const { config, log, timers, failed } = this.#options;
    if (why !== null) log('ERROR', why);
    if (!again) {
      this.#wanted = false;
      return;
    }
    if (why !== null && config.kind === 'failfast') {
      this.#wanted = false;
      failed(why);
      return;
    }
    this.#fastEnds = timers.now() - this.#startedAt < fast ? this.#fastEnds + 1 : 0;
    if (this.#fastEnds > mostFastEnds) {
      this.#wanted = false;
      log('ERROR', `Client "${config.command}" respawning too fast: it is not started again.`);
      return;
    }
    log('ERROR', `Respawning client "${config.command}":`);
    this.#run();
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH')
        this.#options.log('WARN', `Client "${this.#options.config.command}": ${String(error)}`);
    }
  }
}
