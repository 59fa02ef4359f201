import type { Sight } from './event.ts';
import type { Holding } from './holding.ts';
import type { Settings } from './settings.ts';

export type NodeStatus = 'init' | 'up' | 'active' | 'dead';
export type MediumKind = 'serial' | 'ucast' | 'ucast6' | 'bcast' | 'mcast' | 'mcast6';

/**
 * Why input was refused.
 * garbage: not a message, or half of one; forged: its digest does not fit; stranger: a node that is not in
 * ha.cf; replayed: authentic, but seen before or from an earlier life of the peer; malformed: authentic, but
 * a field that it needs is missing or makes no sense.
 */
export const rejectKinds = ['garbage', 'forged', 'stranger', 'replayed', 'malformed'] as const;
export type RejectKind = (typeof rejectKinds)[number];

/** One kind of refused input on one link: how often, and what of it the log has been told. */
export interface Reject {
  readonly count: number;
  /** When the log last heard of it; -Infinity: never. */
  readonly loggedAt: number;
  /** How many came since then. */
  readonly unsaid: number;
}

/** One cable, as far as the peer is heard on it. */
export interface LinkState {
  readonly medium: MediumKind;
  readonly shared: boolean;
  up: boolean;
  /** When the peer's newest fresh message came in; null: none in this life. */
  lastHeard: number | null;
  received: number;
  /** Messages of the peer that never came on this cable, which others may have brought. */
  lost: number;
  /** The highest sequence number of the peer's present generation seen on this link; 0: none. */
  highest: number;
  /** Bit n set: number `highest - n` was seen here (n from 0 to 31). What was seen twice on one link is a replay. */
  window: number;
  fault: string | null;
  /** What its hardware does not hear of the other end, as in `no carrier`; null: it does, or cannot tell. */
  missing: string | null;
  /** The cable doctor has it: it carries nothing, and is not missed. */
  examined: boolean;
  /** When the doctor had done with it, and it was up: from then on it has a whole deadtime to be heard; null: it was not examined. */
  givenBackAt: number | null;
  /** Never changed, but replaced: few events bring one, and every event copies the state. */
  rejects: Readonly<Record<RejectKind, Reject>>;
}

/** A sequence number that is missing: since when, when it is asked for next, and how often it was. */
export interface Missing {
  readonly since: number;
  askAt: number;
  asked: number;
}

export interface PeerState {
  status: NodeStatus;
  /** 0: not known. */
  generation: number;
  /** Highest sequence number taken; null: none since it started or died (spec wire.md 7). */
  lastSeq: number | null;
  missing: Map<number, Missing>;
  /** The number of the newest message of ours that the peer acknowledged. */
  acknowledged: number;
  /** Since when that number is known; monotonic ms. */
  acknowledgedAt: number;
  /** It acknowledged something in this life of ours: it does not refuse what we say. */
  accepts: boolean;
  /** The number of the newest message of the peer that we acknowledged. */
  ackSent: number;
  /** Null: no status heard since it started or since this life began. */
  lastStatusAt: number | null;
  lastStatusSeq: number;
  /** The numbers of its last heartbeats, the oldest first: what is older proves nothing about a cable. */
  recentBeats: readonly number[];
  /** How long its silence is borne: what it announces itself, else our own deadtime. */
  deadtime: number;
  /** Hex; null: not known. */
  uuid: string | null;
  /** Hardware addresses of its box: as it told, or those that answered for what it holds while it was alive. */
  macs: readonly string[];
  /** Of what its files say; null: it tells none. */
  configurationDigest: string | null;
  /** It told them itself, so nobody else is taken for it. */
  tellsMacs: boolean;
  /** It is one of our own: it understands what Heartbeat does not. */
  twinbeat: boolean;
  /** It spoke with a generation below the one that we know, and is told so. */
  refused: boolean;
  /** When the log last heard that its uuid changed; -Infinity: never. */
  uuidToldAt: number;
  /** It said `shutdone`: it is about to go and must not be given anything. */
  left: boolean;
  /** It cannot use the disk of the locks, so it cannot serve. */
  lockless: boolean;
}

export interface PingState {
  status: 'init' | 'ping' | 'dead';
  lastAnswer: number | null;
}

/** The resource layer's start-up (spec cluster.md 2): `received` is RSCRCVD, `both` is BOTHSTARTING. */
export type ResourcePhase = 'init' | 'starting' | 'both' | 'received' | 'stable' | 'shutdown';

/** The standby handshake as one node sees it (spec cluster.md 7.1). */
export type StandbyPhase = 'not' | 'me' | 'other' | 'done';

/** Why a job runs: what is said when it is over. */
export type JobPurpose =
  | 'own groups'
  | 'takeover'
  | 'give'
  | 'take'
  | 'heal'
  | 'isolation'
  | 'defend'
  | 'legacy give'
  | 'legacy take'
  | 'shutdown'
  | 'partition'
  | 'lock';

export interface Job {
  readonly id: number;
  readonly what: 'acquire' | 'release';
  readonly purpose: JobPurpose;
  /** From this node's point of view. */
  readonly set: Holding;
  /** One group of the set; null: all of it. */
  readonly key: string | null;
  readonly since: number;
  /** `waits`: for its locks; `frees`: its groups are down, and its locks are to be free as well. */
  readonly stage: 'waits' | 'works' | 'frees';
  /** The keys of the groups that did not make it. */
  readonly failed: readonly string[];
}

/**
 * The disk lock of a set of groups. `lost`: it is not held any more, or never was in this life, and groups of the set may
 * still run here; `freeing`: none does, which the other node cannot read yet.
 */
export interface LockState {
  readonly phase: 'free' | 'wanted' | 'held' | 'lost' | 'freeing';
  /** The other node had it when it was last wanted. */
  readonly refused: boolean;
  /** It was held in this life, and was not freed since. */
  readonly used: boolean;
  /** A job that waits for the end of `freeing` goes on at this time all the same. */
  readonly freeBy: number;
  /** Groups of the set could not be stopped: when that is tried again; null: they could. */
  readonly stopAgainAt: number | null;
  /** Of the last time that it was held; 0: never. */
  readonly epoch: number;
  /** Why the disk cannot be used; null: it can. */
  readonly fault: string | null;
}

export interface ResourceState {
  phase: ResourcePhase;
  holds: Holding;
  /** Since when each set is held without a gap; null: it is not. */
  heldSince: { local: number | null; foreign: number | null };
  peerHolds: Holding;
  /** The number of the newest full report taken: what an older one tells that comes late is over. */
  peerReportSeq: number;
  /** When a report last followed one that was sent again. */
  refreshedAt: number;
  /** When the last report is said once more to a Heartbeat; null: it was, or is not worth it. */
  repeatAt: number | null;
  /** The numbers of our own last reports, the newest last. */
  reports: readonly number[];
  /** The peer reported what it holds since it started or was last declared dead. */
  peerReported: boolean;
  peerStable: boolean;
  /** Not both nodes have rested yet in this life. */
  isInitial: boolean;
  /** One of ours, not starting, that last said it is not stable: it may still be letting go of our groups. */
  peerMoves: boolean;
  /** When a node that heard no stable report settles by itself; null: not waiting. */
  settleAt: number | null;
  standby: StandbyPhase;
  /** What moves, in the giver's terms. */
  standbySet: Holding;
  standbyDeadline: number | null;
  /** The number of the peer's wish, or of its last message before ours: what is older belongs to no present handshake. */
  handshakeSeq: number;
  needsFailback: boolean;
  failbackAt: number | null;
  /** When the groups that a Heartbeat prefers, and nobody holds, are taken here; null: there are none. */
  forsakenAt: number | null;
  /** What did not start here and went, or goes, to the peer; it does not go twice. */
  handedOver: Holding;
  /** What waits to go, and when that is tried next. */
  handOverSet: Holding;
  handOverAt: number | null;
  /** Both of ours served and must agree who keeps what until this time; null: there is nothing to heal. */
  healBy: number | null;
  /** After that: the addresses are announced again when the other has let go. */
  announceAgain: boolean;
  /** Legacy: the keys of the peer's groups that run here. */
  lent: readonly string[];
  /** Legacy: the keys of our own groups that the peer has not answered for, and when it is asked again. */
  asked: readonly string[];
  askAgainAt: number | null;
  jobs: Job[];
  nextJob: number;
}

/** What ipfail is about to do (spec ipfail.md 4). */
export interface IpfailState {
  /** When `giveUpSet` is given up unless the peer says otherwise. */
  giveUpAt: number | null;
  giveUpSet: Holding;
  /** Counts them, so that the log can name one. */
  giveUps: number;
  /** A give-up could not begin; it is thought over once the peer rests. */
  needsStandby: boolean;
  compareAt: number | null;
}

/** Groups of a dead peer, which are not taken before nothing speaks against it any more. */
export interface Claim {
  readonly since: number;
  /** What this node served itself until it was cut off: no human's word is needed for it. */
  own: Holding;
  /** Some of it is served here already. */
  took: boolean;
  /** A human gave the word. */
  confirmed: boolean;
  /** Since when another machine was seen to have what is claimed; null: it was not. */
  refusedSince: number | null;
  /** What the last look that counts found on another machine. */
  refused: Holding;
  /** It was silent once since, and is looked for once more. */
  doubts: boolean;
  /** This node gave way to the other, which goes on for as long as it answers. */
  readonly yielded: boolean;
  /** When the LAN is looked at again; null: no wait. */
  lookAt: number | null;
  /** The locks that are wanted for it, and since when. */
  locks: Holding;
  locksSince: number;
  fencing: Fencing;
}

/** Whether the peer's box is known to run nothing. */
export interface Fencing {
  readonly done: boolean;
  /** The `fence` action that is under way; null: none. */
  readonly underWay: number | null;
  /** When it is begun, at the earliest; null: not yet asked for. */
  readonly at: number | null;
  readonly failures: number;
}

/** One look at the LAN. */
export interface Look {
  readonly id: number;
  readonly set: Holding;
  readonly begun: number;
  /** The peer is alive: who answers is the peer. */
  readonly learns: boolean;
  /** Null: still looking. */
  sight: Sight | null;
}

/** An operator's command that waits for its handshake. */
export interface PendingCommand {
  readonly id: number;
  readonly command: 'standby' | 'takeover';
  readonly since: number;
  deadline: number;
}

export interface State {
  /** Replaced as a whole where the files change in the middle of a life. */
  settings: Settings;
  now: number;
  startedAt: number;
  status: NodeStatus;
  /** Ours; it may grow in a life. */
  generation: number;
  /** The first sequence number that was said with it; what is older is refused by the peer, however often it comes. */
  generationSeq: number;
  /** The last sequence number used. */
  seq: number;
  nextBeat: number;
  lastBeat: number;
  /** Every node was heard or declared dead (spec cluster.md 1.4). */
  linksUp: boolean;
  /** When `reqnodes` is sent next; null: not waiting for its answer. */
  askNodesAt: number | null;
  peer: PeerState;
  links: Record<string, LinkState>;
  pings: Record<string, PingState>;
  resources: ResourceState;
  command: PendingCommand | null;
  /** What waits to be taken over since the peer died; null: nothing. */
  claim: Claim | null;
  /** The newest look at the LAN; null: none in this life. */
  look: Look | null;
  nextLook: number;
  /** By the set of groups; null: no lock is configured. */
  locks: Readonly<Record<'local' | 'foreign', LockState>> | null;
  nextFence: number;
  /** What the newest look could not see, as the log was told. */
  blindness: readonly string[];
  /** When the hardware addresses of the peer, which holds something and rests, are looked up; null: not needed. */
  learnAt: number | null;
  /** This node heard nobody and let everything go. */
  isolated: boolean;
  /** The texts of the alarms that stand, by kind and what they are about. */
  alarms: Readonly<Record<string, string>>;
  /** When a rival last claimed an address that is held here; null: none, or long ago. */
  claimedAt: number | null;
  /** When links that were never heard are told of; null: they were. */
  silentLinksAt: number | null;
  /** Null: ipfail is not asked for. */
  ipfail: IpfailState | null;
  /** When each of our messages was last sent again, so that a burst of requests costs one answer. */
  resent: Map<number, number>;
  /** A stop was asked for and waits until resources rest, at the latest until this time. */
  stopBy: number | null;
  /** The agent starts anew, and keeps what it serves, as soon as nothing moves. */
  renewing: boolean;
  /** When the restart after a partition begins to release; null: none is due. */
  partitionAt: number | null;
  /** It is due because of what both report alone, and is not when they report otherwise. */
  partitionByReports: boolean;
  /** The groups are down and `shutdone` is said: when the agent leaves. */
  leaveAt: number | null;
  /** This life is over (restart or exit was ordered); no event does anything any more. */
  over: boolean;
  /** The deadline last asked for by a `timer` action. */
  timer: number;
}
