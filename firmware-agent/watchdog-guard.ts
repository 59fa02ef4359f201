import { monotonic } from '../hw/clock.ts';
import { errorText } from '../hw/error.ts';
import { openWatchdog, type Watchdog } from '../hw/watchdog.ts';
import { roomForKicks, type WatchdogTimes, watchdogLateness, watchdogTimeout } from './config/watchdog.ts';
import type { WatchdogReport } from './console/report.ts';

/** Between two attempts to open a device that is missing, in ms. */
const retryDistance = 1000;

export interface WatchdogListener {
  readonly log: (level: 'ERROR' | 'WARN' | 'info', text: string) => void;
  /** The reset cannot be relied upon for this reason, or can be again. */
  readonly changed: (fault: string | null) => void;
  /** The reset comes so many ms after the peer may take over; 0: in time. Told when it is armed. */
  readonly late: (late: number, timeout: number) => void;
  /** It is the reason for which this machine booted. */
  readonly hasReset: () => void;
}

export interface WatchdogGuardOptions {
  readonly device: string;
  readonly times: WatchdogTimes;
  readonly listener: WatchdogListener;
  readonly open?: typeof openWatchdog;
  readonly now?: () => number;
}

/**
 * The box's own reset, armed while the agent runs and put off by each heartbeat of our own. A device that is
 * missing or refuses is said once, shown in `status` and tried again; the pair goes on without it.
 */
export class WatchdogGuard {
  readonly #options: WatchdogGuardOptions;
  readonly #now: () => number;
  #watchdog: Watchdog | null = null;
  #triedAt = 0;
  #fault: string | null = null;
  #unfit: string | null = null;
  #isTold = false;
  /** It cannot be of use here, and is not tried again. */
  #isUseless = false;

  constructor(options: WatchdogGuardOptions) {
    this.#options = options;
    this.#now = options.now ?? monotonic;
    this.#arm();
  }

  /** With each heartbeat. `unfit`: why this node is not well, so that it is not kicked; null: it is. */
  kick(unfit: string | null): void {
    this.#setUnfit(unfit);
    if (unfit !== null) return;
    if (this.#watchdog === null) {
      if (!this.#isUseless && this.#now() - this.#triedAt >= retryDistance) this.#arm();
      return;
    }
    this.#kickNow(this.#watchdog);
  }

  report(): WatchdogReport {
    const { device, times } = this.#options;
    const seconds = this.#watchdog?.timeoutSeconds ?? null;
    const timeout = seconds === null ? null : seconds * 1000;
    return {
      device,
      armed: this.#watchdog !== null,
      timeout,
      late: watchdogLateness(times, timeout ?? watchdogTimeout(times)),
      fault: this.#fault ?? this.#unfit,
    };
  }

  /** At an orderly stop, and only then, the reset is called off. */
  disarm(): void {
    const { device, listener } = this.#options;
    const watchdog = this.#watchdog;
    if (watchdog === null) return;
    this.#watchdog = null;
    const refusal = watchdog.close({ disarm: true });
    const reason = watchdog.stoppedBy === 'nothing' ? 'nowayout' : refusal;
    if (reason === null) return;
    const reset = `the box is reset in ${watchdog.timeoutSeconds ?? '?'} s unless another program kicks it`;
    listener.log('ERROR', `watchdog ${device}: cannot be disarmed (${reason}): ${reset}`);
  }

  /** The next agent opens it at once; until then it goes on counting. */
  handOver(): void {
    this.#watchdog?.close({ disarm: false });
    this.#watchdog = null;
  }

  #arm(): void {
    const { device, times, open = openWatchdog } = this.#options;
    this.#triedAt = this.#now();
    try {
      this.#watchdog = open(device, watchdogTimeout(times) / 1000);
    } catch (error) {
      this.#setFault(`cannot be opened: ${errorText(error)}`);
      return;
    }
    if (this.#isTooShort(this.#watchdog)) this.#refuse(this.#watchdog);
    else if (this.#kickNow(this.#watchdog)) this.#tell(this.#watchdog);
  }

  #isTooShort({ timeoutSeconds }: Watchdog): boolean {
    return timeoutSeconds !== null && timeoutSeconds * 1000 < roomForKicks(this.#options.times);
  }

  /** One that would reset a box that is well is worse than none. */
  #refuse({ timeoutSeconds }: Watchdog): void {
    this.disarm();
    this.#isUseless = true;
    this.#setFault(`takes ${timeoutSeconds} s only, less than the heartbeats need: lower keepalive`);
  }

  /** False: it did not take it. A card that went away comes back as another file. */
  #kickNow(watchdog: Watchdog): boolean {
    const refusal = watchdog.kick();
    this.#setFault(refusal);
    if (refusal === null) return true;
    watchdog.close({ disarm: false });
    this.#watchdog = null;
    return false;
  }

  #tell({ timeoutSeconds, stoppedBy, hasReset }: Watchdog): void {
    const { device, times, listener } = this.#options;
    const timeout = timeoutSeconds === null ? watchdogTimeout(times) : timeoutSeconds * 1000;
    const seconds = timeoutSeconds === null ? '' : ` with ${timeoutSeconds} s`;
    listener.log('info', `watchdog ${device} armed${seconds}.`);
    listener.late(watchdogLateness(times, timeout), timeout);
    if (this.#isTold) return;
    this.#isTold = true;
    if (hasReset) listener.hasReset();
    if (stoppedBy === 'nothing')
      listener.log('WARN', `watchdog ${device}: nowayout: the box is reset after a stop of the agent, too`);
    if (stoppedBy === 'any close')
      listener.log('WARN', `watchdog ${device}: its driver calls the reset off when the agent crashes, too`);
  }

  #setFault(fault: string | null): void {
    if (fault === this.#fault) return;
    const { device, listener } = this.#options;
    this.#fault = fault;
    listener.changed(fault);
    if (fault !== null) listener.log('ERROR', `watchdog ${device}: ${fault}`);
    else listener.log('info', `watchdog ${device} works again.`);
  }

  #setUnfit(unfit: string | null): void {
    if (unfit === this.#unfit) return;
    const { device, listener } = this.#options;
    this.#unfit = unfit;
    if (unfit === null) listener.log('info', `watchdog ${device} is kicked again.`);
    else listener.log('WARN', `watchdog ${device} is not kicked, and resets the box: ${unfit}`);
  }
}
