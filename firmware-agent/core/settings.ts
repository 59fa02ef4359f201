import type { Holding } from './holding.ts';
import type { MediumKind } from './state.ts';

/** What one life of the agent is told at its start and never changes. Times in milliseconds. */
export interface Settings {
  readonly self: string;
  /** The agent's process, which the log names. */
  readonly pid: number;
  readonly peer: string;
  /** Both nodes in the order of ha.cf, as `repnodes` lists them. */
  readonly nodes: readonly [string, string];
  /** Lower-case hex, 32 digits. */
  readonly uuid: string;
  /** The hardware addresses of this box, which the peer knows it by on the LAN. */
  readonly macs: readonly string[];
  readonly generation: number;
  /** What the life before this one left up, because the agent only starts anew. */
  readonly keeps: Holding;
  /** It was made from the clock, because none was kept. */
  readonly generationIsNew: boolean;
  readonly keepalive: number;
  readonly deadtime: number;
  readonly warntime: number;
  readonly initdead: number;
  readonly deadping: number;
  /** A missing message is asked for so often, at first after half of it. */
  readonly rexmitDelay: number;
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
  /** Those among them that have an address, which the LAN can be asked for. */
  readonly addressKeys: readonly string[];
  /** What both nodes have to say alike, in words, and a digest of it; empty: it is not compared. */
  readonly configuration: readonly string[];
  readonly configurationDigest: string;
  readonly defences: Defences;
}

/** Heartbeat's ways: nothing is asked, nothing waits. */
export const noDefences: Defences = {
  look: false,
  takeAfter: null,
  takeFromStranger: false,
  releaseIsolated: false,
  defend: false,
  takeoverDelay: 0,
  lock: null,
  fence: false,
};

/** What keeps both boxes from serving at once. Times in milliseconds. */
export interface Defences {
  /** Ask the LAN whether the other box still has an address before it is taken. */
  readonly look: boolean;
  /** Take although the other box still answers, after so long; null: never. */
  readonly takeAfter: number | null;
  /** Take although a machine that is not the peer has the address. */
  readonly takeFromStranger: boolean;
  /** Who hears neither its peer nor any ping node serves nobody. */
  readonly releaseIsolated: boolean;
  /** Judge a rival that claims an address which is held here. */
  readonly defend: boolean;
  /** How long a takeover waits for a human's word; null: for ever. */
  readonly takeoverDelay: number | null;
  /** The lease of the disk lock without which nothing is served; null: there is none. */
  readonly lock: number | null;
  /** The peer's box is switched off or reset before its groups are taken. */
  readonly fence: boolean;
}

export interface LinkSettings {
  readonly name: string;
  readonly medium: MediumKind;
  /** Several links lie on one interface: each may hear the others' messages, so hearing one twice is no replay. */
  readonly shared: boolean;
}
