import type { MediumKind } from './state.ts';

/** What one life of the agent is told at its start and never changes. Times in milliseconds. */
export interface Settings {
  readonly self: string;
  readonly peer: string;
  /** Both nodes in the order of ha.cf, as `repnodes` lists them. */
  readonly nodes: readonly [string, string];
  /** Lower-case hex, 32 digits. */
  readonly uuid: string;
  readonly generation: number;
  /** It was made from the clock, because none was kept. */
  readonly generationIsNew: boolean;
  readonly keepalive: number;
  readonly deadtime: number;
  readonly warntime: number;
  readonly initdead: number;
  readonly deadping: number;
  readonly autoFailback: boolean;
  /** `auto_failback legacy`: groups are asked for one by one, nobody reports (spec cluster.md 8). */
  readonly legacy: boolean;
  readonly links: readonly LinkSettings[];
  readonly pings: readonly string[];
  /** `respawn ... ipfail`: who sees more ping nodes serves. */
  readonly ipfail: boolean;
  /** 0 to 9: which of every ten messages of the peer is acknowledged (spec wire.md 7.3). */
  readonly ackResidue: number;
  /** The keys of the groups that prefer this node, and of those that prefer its peer. */
  readonly localKeys: readonly string[];
  readonly foreignKeys: readonly string[];
}

export interface LinkSettings {
  readonly name: string;
  readonly medium: MediumKind;
  /** Several links lie on one interface: each may hear the others' messages, so hearing one twice is no replay. */
  readonly shared: boolean;
}
