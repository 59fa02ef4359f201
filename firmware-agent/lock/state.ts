import type { LockRecord, Slot } from './sector.ts';

export interface LockSettings {
  /** Which sector is this node's: the nodes' names in order, so that both count alike. */
  readonly index: 0 | 1;
  readonly node: string;
  /** 32 hex digits, new for each start. */
  readonly incarnation: string;
  /** Milliseconds; see timing.ts. */
  readonly lease: number;
}

/**
 * `idle`: not wanted. `watching`: wanted, the other may have it; our sector says free. `wanting`: our sector says so.
 * `lost`: not held any more, and the owner has not yet said that it let go.
 */
export type Phase = 'idle' | 'watching' | 'wanting' | 'holding' | 'lost';

export type Request =
  | { readonly kind: 'read'; readonly at: number }
  | { readonly kind: 'write'; readonly at: number; readonly record: LockRecord };

/** The other's sector, and how long it has been as it is. */
export interface Other {
  readonly slot: Slot;
  /** When the first read that brought these bytes was over. */
  readonly since: number;
  /** The longest lease that it ever named here. */
  readonly lease: number;
}

export interface LockState {
  readonly settings: LockSettings;
  phase: Phase;
  /** Our sector must say free before anything else. */
  owesFree: boolean;
  /** The one that is under way. */
  request: Request | null;
  /** The last write, if it succeeded and nothing was read or written since that puts it in doubt. */
  written: LockRecord | null;
  /** When the last write that succeeded was begun. */
  renewedAt: number;
  epoch: number;
  counter: number;
  other: Other | null;
  /** The last read found two sectors that we may use. */
  usable: boolean;
  /** The next read or write. */
  nextAt: number;
  /** No attempt before: a write of `free` failed and could still arrive. */
  notBefore: number;
  /** Told since it was wanted. */
  refused: boolean;
  /** As told. */
  fault: string | null;
}

export type LockEvent = { readonly at: number } & (
  | { readonly kind: 'want' | 'free' | 'tick' | 'wrote' }
  | { readonly kind: 'read'; readonly own: Slot; readonly other: Slot }
  | { readonly kind: 'failed'; readonly text: string }
);

/** What the owner of the lock hears. */
export type LockNews =
  | { readonly do: 'held'; readonly epoch: number }
  /** Let go at once and say `free`; the other waits for it no longer than timing.ts says. */
  | { readonly do: 'lost'; readonly why: string }
  /** Not now; `held` follows when it is. */
  | { readonly do: 'refused'; readonly by: string }
  /** The other can read that nothing is held here. */
  | { readonly do: 'freed' }
  | { readonly do: 'fault'; readonly text: string | null };

export type LockAction =
  | LockNews
  | { readonly do: 'read' }
  | { readonly do: 'write'; readonly record: LockRecord }
  /** The only one: it takes the place of the one before. */
  | { readonly do: 'timer'; readonly at: number };

export function initialLock(settings: LockSettings, at: number): LockState {
  return {
    settings,
    phase: 'idle',
    owesFree: false,
    request: null,
    written: null,
    renewedAt: at,
    epoch: 0,
    counter: 0,
    other: null,
    usable: false,
    nextAt: at,
    notBefore: at,
    refused: false,
    fault: null,
  };
}
