import type { Holding } from '../../firmware-agent/core/holding.ts';
import { type Defences, noDefences, type Settings } from '../../firmware-agent/core/settings.ts';
import type { Key } from '../../firmware-agent/wire/keyring.ts';
import type { CableOptions } from './cable.ts';
import type { GroupsOptions } from './groups.ts';
import { macOf } from './lan.ts';
import type { Machine } from './machine.ts';
import { type NodeName, other } from './node-name.ts';

export const gatewayName = 'gateway';

/** What ha.cf, haresources and authkeys say on both boxes, and how the boxes are made. */
export interface WorldOptions {
  readonly keepalive: number;
  readonly deadtime: number;
  readonly initdead: number;
  readonly autoFailback: boolean;
  readonly legacy: boolean;
  /** Which nodes have a line in haresources. */
  readonly groups: readonly NodeName[];
  /** A ping node on the LAN, with ipfail built on it. */
  readonly gateway: boolean;
  /** What Heartbeat has not; absent: off. */
  readonly defences: Partial<Defences>;
  /** Two that serve the same address hear of it by the LAN; off: only what `Agent.rival` is told by hand. */
  readonly claims: boolean;
  readonly cables: readonly CableOptions[];
  readonly key: Key;
  /** What each node's files say, where they are compared. */
  readonly configurations?: Readonly<Record<NodeName, readonly string[]>>;
  /** Milliseconds after which a box that does not tell its watchdog that it is well is reset; null: it has none. */
  readonly watchdog: number | null;
  /** Milliseconds from a reset until the agent starts; null: the box stays off. */
  readonly bootTime: number | null;
  /** How long a fence device takes, in ms. */
  readonly fenceTime: number;
  /** A node whose version does not know `twinbeat=1`. */
  readonly old: NodeName | null;
  /** The seat of a Heartbeat; null: both are ours. */
  readonly heartbeat: NodeName | null;
  /** Milliseconds of each box's clock in one of true time. */
  readonly rates: Readonly<Record<NodeName, number>>;
  /** The number of the last life; null: a box that never ran. */
  readonly generation: number | null;
  readonly called: GroupsOptions['called'];
  /** Least time of a job in ms. */
  readonly turn: number;
}

/** What the core of a box is told at the beginning of a life, which it counts. */
export function lifeSettings(options: WorldOptions, machine: Machine, keeps: Holding): Settings {
  const { keepalive, deadtime, initdead, autoFailback, legacy, gateway, groups } = options;
  const self = machine.name;
  const generation = machine.nextGeneration();
  return {
    self,
    pid: self === 'nodea' ? 1001 : 1002,
    peer: other(self),
    nodes: ['nodea', 'nodeb'],
    uuid: Buffer.from(machine.uuid).toString('hex'),
    keeps,
    macs: options.claims ? [macOf(self)] : [],
    generation: generation.number,
    generationIsNew: generation.isNew,
    keepalive,
    deadtime,
    warntime: deadtime / 2,
    initdead,
    deadping: deadtime,
    rexmitDelay: 250,
    autoFailback,
    legacy,
    links: options.cables.map(({ name, medium }) => ({ name, medium, shared: false })),
    pings: gateway ? [gatewayName] : [],
    ipfail: gateway,
    ackResidue: self === 'nodea' ? 3 : 7,
    localKeys: groups.filter((owner) => owner === self),
    foreignKeys: groups.filter((owner) => owner !== self),
    addressKeys: groups,
    configuration: options.configurations?.[self] ?? [],
    configurationDigest: options.configurations?.[self].join(' ') ?? '',
    defences: { ...noDefences, ...options.defences },
  };
}
