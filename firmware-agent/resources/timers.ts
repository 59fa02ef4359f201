/** Monotonic time and timers, so that tests bring a clock of their own. All in milliseconds. */
export interface Timers {
  now(): number;
  /** Returns what cancels it; cancelling twice or too late does no harm. */
  after(delay: number, run: () => void): () => void;
}

export const nodeTimers: Timers = {
  now: () => performance.now(),
  after: (delay, run) => {
    const timer = setTimeout(run, delay);
    return () => clearTimeout(timer);
  },
};
