import type { Holding } from '../core/holding.ts';
import type { LockState, MediumKind, NodeStatus, RejectKind } from '../core/state.ts';

/** What `status --json` prints: stable, and all that the screens are drawn from. Ages are in milliseconds. */
export interface StatusReport {
  readonly version: string;
  readonly node: string;
  /** ISO 8601, the box's own wall clock: for people; no decision rests on it. */
  readonly time: string;
  /** Milliseconds since the agent started. */
  readonly uptime: number;
  readonly generation: number;
  /** The agent's process. */
  readonly pid: number;
  readonly status: NodeStatus;
  readonly holds: Holding;
  /** False while resources move. */
  readonly stable: boolean;
  /** Both nodes in the order of ha.cf. */
  readonly nodes: readonly [string, string];
  readonly peer: PeerReport;
  readonly links: readonly LinkReport[];
  readonly pings: readonly PingReport[];
  readonly groups: readonly GroupReport[];
  readonly watchdog: WatchdogReport | null;
  /** How the agent's process goes before others; null: `realtime off`. */
  readonly realtime: RealtimeReport | null;
  /** The disk locks of this node's side of haresources and of the peer's; empty where none is configured. */
  readonly locks: readonly LockReport[];
  /** What stands and somebody should get up for, the newest last. */
  readonly alarms: readonly AlarmReport[];
  /** Input that changed nothing, counted by kind over all links, since the agent started. */
  readonly rejected: Readonly<Record<RejectKind, number>>;
  /** `respawn ... ipfail`: the node that sees more ping nodes serves. */
  readonly ipfail: boolean;
  /** The directives of ha.cf that have one value, as written there or by default. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Where Heartbeat's scripts write; null: it could not be made. */
  readonly fifo: FifoReport | null;
  /** The newest last; at most 50. */
  readonly events: readonly EventReport[];
}

export type { Holding } from '../core/holding.ts';
export type { NodeStatus, RejectKind } from '../core/state.ts';

export interface PeerReport {
  readonly name: string;
  readonly status: NodeStatus;
  readonly generation: number | null;
  readonly holds: Holding;
  readonly stable: boolean;
  /** True once the peer said that it is a Twinbeat too. */
  readonly twinbeat: boolean;
  /** Since the newest status message on any link; null: never heard. */
  readonly lastHeartbeat: number | null;
  /** Hardware addresses that answered on the LAN for what it holds: by them it is told from a stranger. */
  readonly macs: readonly string[];
  /** How long its silence is borne before it is declared dead. */
  readonly deadtime: number;
}

export interface LinkReport {
  readonly name: string;
  readonly medium: MediumKind;
  readonly state: 'up' | 'down';
  /** Since the newest authentic message of the peer on this link; null: none yet. */
  readonly lastHeard: number | null;
  /** Authentic messages received. */
  readonly received: number;
  /** Messages of the peer that did not come on this link, in its present life: lost, or passed over by a slow line. */
  readonly lost: number;
  readonly sent: number;
  readonly rejected: Readonly<Record<RejectKind, number>>;
  /** Set where the medium itself does not work: a port that is gone, a network that refuses. */
  readonly fault: string | null;
  /** What the hardware does not hear of the other end, as in `no carrier`; null: it does, or cannot tell. */
  readonly missing: string | null;
  /** The cable doctor has it: it carries no heartbeats, and is not missed. */
  readonly examined: boolean;
}

export interface AlarmReport {
  readonly kind: string;
  readonly level: 'crit' | 'warning';
  readonly text: string;
}

export interface PingReport {
  readonly name: string;
  readonly status: 'init' | 'ping' | 'dead';
  readonly lastAnswer: number | null;
}

export interface GroupReport {
  readonly key: string;
  /** The node that the group prefers. */
  readonly prefers: string;
  /** The node that holds it now as far as this one knows; null: nobody. */
  readonly owner: string | null;
  readonly state: GroupState;
  readonly resources: readonly ResourceReport[];
}

/** On this node. */
export type GroupState = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed';

export interface ResourceReport {
  readonly text: string;
  readonly state: GroupState;
  /** Why it failed; null where it did not. */
  readonly detail: string | null;
}

export interface WatchdogReport {
  readonly device: string;
  readonly armed: boolean;
  /** Milliseconds; null where the device does not tell. */
  readonly timeout: number | null;
  /** Milliseconds by which its reset may come after the peer's takeover; 0: it comes before. */
  readonly late: number;
  /** Why it is not armed, or why it is not kicked. */
  readonly fault: string | null;
}

export interface RealtimeReport {
  /** Of SCHED_RR; null: it is scheduled like any other. */
  readonly priority: number | null;
  readonly memoryLocked: boolean;
  /** It is never killed for want of memory. */
  readonly spared: boolean;
  /** What of this the system does not allow, and why; null: nothing. */
  readonly fault: string | null;
}

export interface LockReport {
  /** The node that the groups prefer. */
  readonly owner: string;
  readonly path: string;
  /** On this node; `lost`: what it protects may still run here. */
  readonly phase: LockState['phase'];
  /** One more with each attempt of either node; 0: it was not held in this life. */
  readonly epoch: number;
  /** Why the disk cannot be used; null: it can. */
  readonly fault: string | null;
}

/** Counted since the agent started. */
export interface FifoReport {
  /** Messages that became a wish. */
  readonly taken: number;
  /** Messages that ask for nothing which is done here. */
  readonly ignored: number;
  /** Texts that are no message, or half of one. */
  readonly garbage: number;
}

export interface EventReport {
  /** ISO 8601. */
  readonly time: string;
  /** As in logs: CRIT, ERROR, WARN, info. */
  readonly level: string;
  readonly text: string;
}
