export interface Patient {
  readonly self: string;
  readonly peer: string;
  /** Why the peer does not help, in a sentence without its full stop; only where it does not. */
  readonly alone: string;
  /** Bits per second by the files of both; null: the peer does not say. */
  readonly rates: { readonly ours: number; readonly theirs: number | null };
}
