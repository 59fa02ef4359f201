/**
 * The arithmetic of a lease; see README.md. Milliseconds, each by the clock of the node that counts.
 * The rates of two clocks may differ from true time by up to a tenth, as a clock does that chrony slews.
 */
export interface LeaseTiming {
  /** From the beginning of the last renewal that succeeded, the node may act as the holder. */
  readonly hold: number;
  /** Between two renewals, and between two looks at the other's sector. */
  readonly period: number;
  /** A request that takes longer is told as a fault. */
  readonly stall: number;
  /** What a node that lost the lock may take to let go of everything, and the watchdog to reset the box instead. */
  readonly release: number;
}

export function leaseTiming(lease: number): LeaseTiming {
  return { hold: lease / 2, period: lease / 8, stall: lease / 4, release: lease / 3 };
}
