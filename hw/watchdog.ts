import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { binding } from './binding.ts';
import { errorText } from './fault.ts';

/** An armed watchdog: the box resets unless it is kicked within its timeout. */
export interface Watchdog {
  /** What the card took, in seconds; null where it does not say. */
  readonly timeoutSeconds: number | null;
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
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  let open = true;
  return {
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

function attempt(action: () => unknown): string | null {
  try {
    action();
    return null;
  } catch (error) {
    return errorText(error);
  }
}
