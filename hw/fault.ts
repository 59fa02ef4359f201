/** A medium's working state, told to its owner. */
export interface FaultTeller {
  /** Why the medium does not work, or null. */
  set(fault: string | null): void;
  /** Nothing is told any more. */
  close(): void;
}

/** Tells changes only, and later than the call that brought them: never from inside a call of the owner. */
export function createFaultTeller(faulted: (fault: string | null) => void): FaultTeller {
  let told: string | null = null;
  let current: string | null = null;
  let pending: NodeJS.Immediate | null = null;
  const tell = () => {
    pending = null;
    if (told === current) return;
    told = current;
    faulted(current);
  };
  return {
    set(fault) {
      current = fault;
      if (current !== told) pending ??= setImmediate(tell);
    },
    close() {
      if (pending) clearImmediate(pending);
      pending = null;
      told = current;
    },
  };
}
