/** The digests of spec wire.md 6, and `sha256` (HMAC-SHA-256) for a pair of our own. */
export type DigestMethod = 'crc' | 'md5' | 'sha1' | 'sha256';

export interface Key {
  /** 0 to 15: the number that goes with the digest and selects the entry. */
  readonly index: number;
  readonly method: DigestMethod;
  /** Absent for crc. */
  readonly secret?: string;
}

/** The entries of authkeys: one signs, every one is accepted. */
export interface Keyring {
  readonly signing: Key;
  readonly keys: ReadonlyMap<number, Key>;
}
