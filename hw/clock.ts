/** Milliseconds that only go forward, from an arbitrary start: the clock of every decision. */
export function monotonic(): number {
  return performance.now();
}
