import { leaseTiming } from '../lock/timing.ts';
import type { Config } from './config.ts';
import type { Draft } from './draft.ts';
import type { Findings } from './findings.ts';
import { formatTime, writeTime } from './time.ts';
import type { Timing } from './timing.ts';

/** Milliseconds that a card may be late: it counts in ticks of its own, and 0.1 s was measured. */
const cardLate = 200;

/** What the watchdog's time depends on. */
export type WatchdogTimes = Pick<Config, 'keepalive' | 'deadtime'> & {
  readonly lock: { readonly lease: number } | null;
};

/**
 * What a watchdog is set to, in milliseconds, but always whole seconds: the most with which a box that hangs is reset before its
 * peer may take over, and before its lease may be another's; at least what a box needs that is well.
 */
export function watchdogTimeout(times: WatchdogTimes): number {
  return Math.max(shortestWatchdog(times), Math.floor(latestReset(times) / 1000) * 1000);
}

/** By how many milliseconds the reset of a card that is set to `timeout` may come too late; 0: it comes in time. */
export function watchdogLateness(times: WatchdogTimes, timeout: number): number {
  return Math.max(0, Math.ceil(timeout - latestReset(times)));
}

/** With less, in ms, a box that is well would be reset: the kicks come with the heartbeats, and those may be a little late. */
export function roomForKicks({ keepalive }: Pick<WatchdogTimes, 'keepalive'>): number {
  return 1.5 * keepalive;
}

/** The least that a watchdog is set to: no card takes less than a second. Milliseconds. */
export function shortestWatchdog(times: Pick<WatchdogTimes, 'keepalive'>): number {
  return Math.max(1000, Math.ceil(roomForKicks(times) / 1000) * 1000);
}

/**
 * The peer waits for deadtime after the last heartbeat that it heard, which left with the last kick. Of a lease a third is kept
 * for the reset, with room for the clocks (lock/README.md).
 */
function latestReset({ deadtime, lock }: WatchdogTimes): number {
  const takeover = deadtime - cardLate;
  return lock === null ? takeover : Math.min(takeover, leaseTiming(lock.lease).release);
}

/** Whole seconds do not go with every deadtime. */
export function checkWatchdog(draft: Draft, { keepalive, deadtime }: Timing, findings: Findings): void {
  const at = draft.settings.watchdog?.at;
  if (!at || draft.refused.has('deadtime') || draft.refused.has('keepalive')) return;
  const times = { keepalive, deadtime, lock: null };
  const timeout = watchdogTimeout(times);
  const late = watchdogLateness(times, timeout);
  if (late === 0) return;
  findings.warning(
    at,
    `watchdog: it takes whole seconds, here ${formatTime(timeout)}: a box that hangs is reset up to ${formatTime(late)} after ` +
      `its peer may take over (deadtime ${formatTime(deadtime)}); write "deadtime ${writeTime(timeout + cardLate)}"`,
  );
}
