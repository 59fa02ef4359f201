import { setImmediate } from 'node:timers/promises';
import type { FenceDevice } from '../config/config.ts';
import type { Log } from '../resources/log.ts';
import { type AutomaticDevice, nameOf } from './device.ts';
import { type FenceLimits, runDevice } from './run-device.ts';

const defaultLimits: FenceLimits = { limit: 60_000, grace: 5_000 };
/** Of what a program prints, so many lines are kept for the log, the last ones. */
const keptLines = 20;

export interface FencerOptions {
  /** Tried in this order. */
  readonly devices: readonly FenceDevice[];
  /** This node's name, */
  readonly self: string;
  /** and that of the node whose box is reset. */
  readonly peer: string;
  readonly log: Log;
  readonly limits?: Partial<FenceLimits>;
}

export interface FenceResult {
  /** True only where a device said that the peer's box was reset or is off. */
  readonly ok: boolean;
  /** By what, or why not and what to do; for people. */
  readonly text: string;
}

/** Makes sure that the peer's box runs nothing. It decides nothing: the core says when, and whether again. */
export class Fencer {
  readonly #options: FencerOptions;
  readonly #limits: FenceLimits;
  #abort: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: FencerOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  /**
   * Tries one device after the other until one succeeds, once each. `done` is called once, never in the caller's turn;
   * not at all after `cancel` or `close`. While this goes on, another `fence` is told that it failed: what is reset now
   * was asked for before.
   */
  fence(done: (result: FenceResult) => void): void {
    if (this.#closed) return;
    if (this.#abort !== null) {
      void setImmediate().then(() =>
        done({ ok: false, text: `${this.#options.peer} is being fenced already` }),
      );
      return;
    }
    this.#abort = new AbortController();
    this.#ended = this.#work(this.#ended, this.#abort.signal, done);
  }

  /** Nobody wants it any more. Resolves when nothing runs: after SIGTERM, the grace and SIGKILL at the latest. */
  cancel(): Promise<void> {
    this.#abort?.abort();
    this.#abort = null;
    return this.#ended;
  }

  /** At the agent's end: as `cancel`, and nothing is begun any more. */
  close(): Promise<void> {
    this.#closed = true;
    return this.cancel();
  }

  async #work(
    before: Promise<void>,
    signal: AbortSignal,
    done: (result: FenceResult) => void,
  ): Promise<void> {
    // One that was cancelled may still be ending; two must not speak with a device at once.
    await before;
    // To start a process takes milliseconds: never in the turn in which the peer was declared dead.
    await setImmediate();
    const result = await this.#tryAll(signal);
    if (signal.aborted) return;
    this.#abort = null;
    done(result);
  }

  async #tryAll(signal: AbortSignal): Promise<FenceResult> {
    const { devices, peer, log } = this.#options;
    const failures: string[] = [];
    for (const device of devices) {
      if (device.kind === 'manual') continue;
      if (signal.aborted) break;
      const failure = await this.#try(device, signal);
      if (failure === null) return { ok: true, text: `${peer} was reset with ${nameOf(device)}` };
      failures.push(`${nameOf(device)}: ${failure}`);
    }
    if (failures.length > 0 && !signal.aborted) log('ERROR', `Host ${peer} not reset!`);
    return { ok: false, text: this.#whatToDo(failures) };
  }

  #whatToDo(failures: readonly string[]): string {
    const { devices, peer } = this.#options;
    const what =
      failures.length > 0
        ? `${peer} was not reset: ${failures.join('; ')}`
        : `nothing here can reset ${peer}`;
    if (!devices.some(({ kind }) => kind === 'manual')) return what;
    return `${what}; switch it off, then run "twinbeat fence-ack ${peer}" on this node`;
  }

  /** Null: the box was reset; else why not. */
  async #try(device: AutomaticDevice, signal: AbortSignal): Promise<string | null> {
    const { self, peer, log } = this.#options;
    const name = nameOf(device);
    log('info', `Resetting node ${peer} with [${name}]`);
    const lines: string[] = [];
    const failure = await runDevice(device, {
      self,
      peer,
      limits: this.#limits,
      signal,
      onLine: (line) => {
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
      },
    });
    for (const line of lines) log(failure === null ? 'debug' : 'info', `${name}: ${line}`);
    if (failure === null) log('info', `node ${peer} now reset.`);
    else log('WARN', `${name}: ${failure}.`);
    return failure;
  }
}
