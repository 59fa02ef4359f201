import { monotonic } from '../hw/clock.ts';
import type { WatchdogTimes } from './config/watchdog.ts';
import type { WatchdogReport } from './console/report.ts';
import type { WatchdogGuard } from './watchdog-guard.ts';
import { Health, type Signs } from './watchdog-health.ts';

type PulseTimes = Pick<WatchdogTimes, 'keepalive' | 'deadtime'>;

export interface PulseOptions {
  readonly times: PulseTimes;
  /** null: ha.cf names no watchdog. */
  readonly watchdog: WatchdogGuard | null;
  /** What the agent knows of itself just now. */
  readonly signs: () => Pick<Signs, 'stuck' | 'isLockLost'>;
  /** With each beat, before it is judged. */
  readonly look: () => void;
  /** The node is well. */
  readonly well: () => void;
}

/** With each heartbeat of this node's own: is it well, and then the watchdog, and who started the agent, hear of it. */
export class Pulse {
  readonly #options: PulseOptions;
  #health: Health;
  /** Between two lives this node serves nothing and is well: the watchdog must not reset it. */
  #breath: NodeJS.Timeout | undefined;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#health = new Health(options.times);
  }

  /** `written`: messages that left so far; null: between two lives, when nothing is said. */
  beat(written: number | null): void {
    const { watchdog, signs, look, well } = this.#options;
    look();
    const unfit = this.#health.judge({ now: monotonic(), written, ...signs() });
    watchdog?.kick(unfit);
    if (unfit === null) well();
  }

  /** Goes on by itself, every `keepalive` ms, until the next life beats, or nobody does. */
  bridge(keepalive: number): void {
    this.#breath = setInterval(() => this.beat(null), keepalive);
  }

  endBridge(): void {
    clearInterval(this.#breath);
  }

  /** Other times are in force. */
  keepTo(times: PulseTimes): void {
    this.#health = new Health(times);
  }

  /** The watchdog goes on counting, and the next agent tells it within milliseconds. */
  handOver(): void {
    this.#options.watchdog?.handOver();
  }

  /** There is no reset any more. */
  disarm(): void {
    this.#options.watchdog?.disarm();
  }

  report(): WatchdogReport | null {
    return this.#options.watchdog?.report() ?? null;
  }
}
