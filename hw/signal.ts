/** What a medium hears of the other end's hardware, told to its owner. */
export interface SignalTeller {
  /** What is missing, or null. From the event loop only: a first loss is told from inside this call. */
  set(missing: string | null): void;
  /** Nothing is known now: what was told last stays. */
  hold(): void;
  /** Nothing is told any more. */
  close(): void;
}

/**
 * Tells changes only: a loss at once, and what comes after it when it has lasted for `settle` milliseconds. A contact that
 * chatters is one loss.
 */
export function createSignalTeller(signalled: (missing: string | null) => void, settle = 1000): SignalTeller {
  let told: string | null = null;
  let current: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    if (told === current) return;
    told = current;
    signalled(current);
  };
  return {
    set(missing) {
      if (missing === current) return;
      current = missing;
      clearTimeout(timer);
      if (told === null) tell();
      else timer = setTimeout(tell, settle);
    },
    hold() {
      clearTimeout(timer);
      current = told;
    },
    close: () => clearTimeout(timer),
  };
}
