import { type Holding, includes, mirror } from '../core/holding.ts';
import { hasLock, lockSets } from '../core/locked.ts';
import { heldNow } from '../core/renew.ts';
import { type RejectKind, rejectKinds, type State } from '../core/state.ts';
import type {
  AlarmReport,
  EventReport,
  FifoReport,
  GroupReport,
  LockReport,
  RealtimeReport,
  StatusReport,
  WatchdogReport,
} from './report.ts';

/** What the agent knows besides its core. */
export interface Surroundings {
  readonly version: string;
  readonly time: Date;
  readonly pid: number;
  /** Milliseconds since the process started. */
  readonly uptime: number;
  /** Now on the core's clock. */
  readonly now: number;
  readonly sent: (link: string) => number;
  readonly groups: readonly Omit<GroupReport, 'owner'>[];
  readonly watchdog: WatchdogReport | null;
  readonly realtime: RealtimeReport | null;
  /** Of the disk locks; null: there are none. */
  readonly lockPath: string | null;
  readonly alarms: readonly AlarmReport[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly fifo: FifoReport | null;
  readonly events: readonly EventReport[];
}

/** One picture of a node, for people and for programs. */
export function statusReport(state: State, around: Surroundings): StatusReport {
  const { settings, resources, peer } = state;
  const since = (at: number | null) => (at === null ? null : Math.max(0, Math.round(around.now - at)));
  const links = Object.entries(state.links).map(([name, link]) => ({
    name,
    medium: link.medium,
    state: link.up ? ('up' as const) : ('down' as const),
    lastHeard: since(link.lastHeard),
    received: link.received,
    lost: link.lost,
    sent: around.sent(name),
    rejected: countsOf(link.rejects),
    fault: link.fault,
    missing: link.missing,
    examined: link.examined,
  }));
  return {
    version: around.version,
    node: settings.self,
    time: around.time.toISOString(),
    uptime: Math.round(around.uptime),
    generation: state.generation,
    pid: around.pid,
    status: state.status,
    holds: heldNow(state),
    stable: resources.phase === 'stable' && resources.jobs.length === 0 && resources.standby === 'not',
    nodes: settings.nodes,
    peer: {
      name: settings.peer,
      status: peer.status,
      generation: peer.generation > 0 ? peer.generation : null,
      holds: resources.peerHolds,
      stable: resources.peerStable,
      twinbeat: peer.twinbeat,
      lastHeartbeat: since(peer.lastStatusAt),
      macs: peer.macs,
      deadtime: peer.deadtime,
    },
    links,
    pings: Object.entries(state.pings).map(([name, ping]) => ({
      name,
      status: ping.status,
      lastAnswer: since(ping.lastAnswer),
    })),
    groups: around.groups.map((group) => ({ ...group, owner: ownerOf(state, group.prefers) })),
    watchdog: around.watchdog,
    realtime: around.realtime,
    locks: lockReports(state, around.lockPath),
    alarms: around.alarms,
    rejected: sum(links.map((link) => link.rejected)),
    ipfail: settings.ipfail,
    parameters: around.parameters,
    fifo: around.fifo,
    events: around.events,
  };
}

function lockReports(state: State, path: string | null): LockReport[] {
  const { locks, settings } = state;
  if (locks === null || path === null) return [];
  return lockSets
    .filter((set) => hasLock(state, set))
    .map((set) => {
      const { phase, epoch, fault } = locks[set];
      return { owner: set === 'local' ? settings.self : settings.peer, path, phase, epoch, fault };
    });
}

/** The node that holds the groups that prefer `node`, as far as this one knows. */
function ownerOf(state: State, node: string): string | null {
  const { settings, resources, peer } = state;
  const side: Holding = node === settings.self ? 'local' : 'foreign';
  if (includes(heldNow(state), side)) return settings.self;
  return peer.status !== 'dead' && includes(mirror(resources.peerHolds), side) ? settings.peer : null;
}

function countsOf(rejects: State['links'][string]['rejects']): Record<RejectKind, number> {
  return perKind((kind) => rejects[kind].count);
}

function sum(counts: readonly Readonly<Record<RejectKind, number>>[]): Record<RejectKind, number> {
  return perKind((kind) => counts.reduce((total, count) => total + count[kind], 0));
}

function perKind(count: (kind: RejectKind) => number): Record<RejectKind, number> {
  return Object.fromEntries(rejectKinds.map((kind) => [kind, count(kind)])) as Record<RejectKind, number>;
}
