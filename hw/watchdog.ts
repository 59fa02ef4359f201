import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { binding } from './binding.ts';
import { errorText } from './error.ts';

/** Bits of linux/watchdog.h. */
const cardReset = 0x20;
const magicClose = 0x100;
/** `/dev/watchdog` is the first card by its old number, of which sysfs knows nothing. */
const oldNumber = '10:130';

/** An armed watchdog: the box resets unless it is kicked within its timeout. */
export interface Watchdog {
  /** What the card took, in seconds; null where it does not say. */
  readonly timeoutSeconds: number | null;
  /** It has reset this machine: that is why it booted. */
  readonly hasReset: boolean;
  /**
   * What ends it. `magic close`: `close({ disarm: true })`. `any close`: the end of the process as well, be it a crash.
   * `nothing` (`nowayout`). Null: the driver does not say.
   */
  readonly stoppedBy: 'magic close' | 'any close' | 'nothing' | null;
  /** Puts the reset off once more. Returns why it could not, or null; never throws. */
  kick(): string | null;
  /**
   * `disarm`: the reset is called off by the magic close (a driver with `nowayout` does not listen to it); without it
   * the box resets a timeout from now. Returns why it could not, or null; never throws.
   */
  close(options: { readonly disarm: boolean }): string | null;
}

/**
 * Opens a watchdog device, which arms it, and asks for a timeout (1..86400 s, or none to leave it as it is).
 * Throws an ErrnoException: ENOENT (no such device), EBUSY (another process has it), EACCES.
 */
export function openWatchdog(path: string, timeoutSeconds?: number): Watchdog {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  let open = true;
  return {
    hasReset: (binding().watchdogBootStatus(fd) & cardReset) !== 0,
    stoppedBy: endOf(fd),
    timeoutSeconds: binding().watchdogTimeout(fd, timeoutSeconds ?? 0),
    kick: () => (open ? attempt(() => writeSync(fd, '\0')) : `${path} is closed`),
    close({ disarm }) {
      if (!open) return null;
      open = false;
      const refusal = disarm ? attempt(() => writeSync(fd, 'V')) : null;
      return attempt(() => closeSync(fd)) ?? refusal;
    },
  };
}

function endOf(fd: number): Watchdog['stoppedBy'] {
  const options = binding().watchdogOptions(fd);
  if (options === null) return null;
  if (hasNoWayOut(deviceNumber(fstatSync(fd).rdev))) return 'nothing';
  return (options & magicClose) !== 0 ? 'magic close' : 'any close';
}

/** As sysfs writes it, `10:130`. */
export function deviceNumber(rdev: number): string {
  return `${(rdev >> 8) & 0xfff}:${(rdev & 0xff) | ((rdev >> 12) & 0xfff00)}`;
}

/** Only sysfs tells, and not of every kernel: false where it does not. `number`: as `deviceNumber` gives it. */
export function hasNoWayOut(number: string, sys = '/sys'): boolean {
  const card = number === oldNumber ? 'class/watchdog/watchdog0' : `dev/char/${number}`;
  try {
    return readFileSync(`${sys}/${card}/nowayout`, 'utf8').trim() === '1';
  } catch {
    return false;
  }
}

function attempt(action: () => unknown): string | null {
  try {
    action();
    return null;
  } catch (error) {
    return errorText(error);
  }
}
