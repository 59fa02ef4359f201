import { openWatchdog, type Watchdog } from '../hw/watchdog.ts';
import { watchdogTimeout } from './config/timing.ts';
import type { WatchdogReport } from './console/report.ts';

export interface WatchdogListener {
  readonly log: (level: 'ERROR' | 'info', text: string) => void;
  /** The reset cannot be relied upon for this reason, or can be again. */
  readonly changed: (fault: string | null) => void;
}

/**
 * The box's own reset, armed while the agent runs and put off by each heartbeat of our own. A device that is
 * missing or refuses is said once and shown in `status`; the pair goes on without it.
 */
export class WatchdogGuard {
  readonly #device: string;
  readonly #listener: WatchdogListener;
  #watchdog: Watchdog | null = null;
  #fault: string | null = null;

  /** The timeout is the deadtime (in ms) and 10 ms, rounded up to whole seconds (spec config.md 2). */
  constructor(device: string, deadtime: number, listener: WatchdogListener) {
    this.#device = device;
    this.#listener = listener;
    try {
      this.#watchdog = openWatchdog(device, watchdogTimeout(deadtime) / 1000);
      const seconds = this.#watchdog.timeoutSeconds;
      listener.log('info', `watchdog ${device} armed${seconds === null ? '' : ` with ${seconds} s`}.`);
    } catch (error) {
      this.#setFault(`cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  kick(): void {
    if (this.#watchdog) this.#setFault(this.#watchdog.kick());
  }

  report(): WatchdogReport {
    const seconds = this.#watchdog?.timeoutSeconds ?? null;
    return {
      device: this.#device,
      armed: this.#watchdog !== null && this.#fault === null,
      timeout: seconds === null ? null : seconds * 1000,
      fault: this.#fault,
    };
  }

  /** At an orderly stop, and only then, the reset is called off. */
  disarm(): void {
    const refusal = this.#watchdog?.close({ disarm: true }) ?? null;
    this.#watchdog = null;
    if (refusal !== null)
      this.#listener.log('ERROR', `watchdog ${this.#device}: cannot be disarmed: ${refusal}`);
  }

  #setFault(fault: string | null): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#listener.changed(fault);
    if (fault !== null) this.#listener.log('ERROR', `watchdog ${this.#device}: ${fault}`);
    else this.#listener.log('info', `watchdog ${this.#device} works again.`);
  }
}
