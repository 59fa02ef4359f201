/** An address, and the interface that it would go to. */
export interface Question {
  /** Of the group that the address belongs to. */
  readonly key: string;
  readonly address: string;
  readonly device: string;
}

export interface Sighting {
  readonly key: string;
  readonly address: string;
  /** The other machine's, lower case with colons. */
  readonly mac: string;
}

/** An address of which nothing is known: its silence means nothing. */
export interface Blind {
  readonly key: string;
  readonly address: string;
  readonly reason: string;
}

export interface LookResult {
  /** Who has an address, by an answer or by any other claim heard meanwhile: at most four machines each. */
  readonly answers: readonly Sighting[];
  /** Who asked for it at the same time, so is about to take it: at most four machines each. */
  readonly contenders: readonly Sighting[];
  /** Never one that was answered for. */
  readonly blind: readonly Blind[];
}
