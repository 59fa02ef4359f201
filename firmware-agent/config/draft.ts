import type { ApiUsers } from './apiauth.ts';
import type { ClientConfig, ConsoleConfig, FenceDevice, PasswordHash, PingConfig } from './config.ts';
import type { Findings } from './findings.ts';
import type { Probe } from './probe.ts';
import type { Word } from './source.ts';

/** A value together with the word that gave it, so that a later check can point at it. */
export interface Setting<T> {
  readonly value: T;
  readonly at: Word;
}

/** A medium as ha.cf has it; the port and the baud rate are filled in when the whole file is known. */
export type MediumDraft =
  | { readonly kind: 'serial'; readonly path: string; readonly at: Word }
  | {
      readonly kind: 'ucast' | 'ucast6';
      readonly device: string;
      readonly address: string;
      readonly at: Word;
    }
  | { readonly kind: 'bcast'; readonly device: string; readonly at: Word }
  | {
      readonly kind: 'mcast' | 'mcast6';
      readonly device: string;
      readonly group: string;
      readonly port: number;
      readonly ttl: number;
      readonly loop: boolean;
      readonly at: Word;
    };

/** A `stonith` or `stonith_host` line; which of them counts here is settled when the nodes are known. */
export interface StonithDraft {
  readonly name: 'stonith' | 'stonith_host';
  /** The node that is to use it, lower case; `*`: both. */
  readonly host: string;
  readonly device: FenceDevice;
  readonly at: Word;
}

/** The `lock` line; without a lease of its own the lease is at the path's place. */
export interface LockDraft {
  readonly path: string;
  readonly lease: Setting<number>;
  readonly at: Word;
}

/** The `console` line. */
export interface ConsoleDraft extends ConsoleConfig {
  readonly at: Word;
}

/** The directives with one value that is kept, each with the value's type. Times in milliseconds. */
export interface Values {
  keepalive: number;
  deadtime: number;
  warntime: number;
  initdead: number;
  deadping: number;
  auto_failback: boolean | 'legacy';
  nice_failback: boolean;
  hopfudge: number;
  max_rexmit_delay: number;
  msgfmt: 'classic' | 'netstring';
  udpport: number;
  baud: number;
  watchdog: string;
  realtime: boolean;
  rtprio: number;
  logfile: string;
  debugfile: string;
  logfacility: string;
  debug: number;
  syslogmsgfmt: boolean;
  crm: boolean;
  pacemaker: boolean;
  'look-before-take': boolean;
  'take-after': number | null;
  stranger: 'refuse' | 'take';
  isolation: 'release' | 'serve';
  defend: boolean;
  takeover: number | null;
  bell: string | null;
  'heartbeat-console': 'on' | 'login' | 'off';
}

/** Those that were given. The parameter lets the compiler follow a generic key. */
export type Settings<Name extends keyof Values = keyof Values> = { [K in Name]?: Setting<Values[K]> };

/** What was read of ha.cf and twinbeat.cf so far, no default filled in and nothing compared yet. */
export interface Draft {
  readonly nodes: Setting<string>[];
  readonly media: MediumDraft[];
  readonly pings: Setting<PingConfig>[];
  /** Clients that have an `apiauth` line. */
  readonly apiClients: Map<string, Word>;
  /** Those of them that somebody may sign on as. */
  readonly api: Record<string, ApiUsers>;
  /** The last value of each directive of ha.cf as written, and of each `env` by its name. */
  readonly written: Record<string, string>;
  /** In the order of ha.cf. */
  readonly clients: ClientConfig[];
  /** The program of a `respawn ... ipfail` line. */
  ipfail?: Word;
  /** Commands as written, in the order of twinbeat.cf. */
  readonly alarms: Setting<string>[];
  console?: ConsoleDraft;
  password?: Setting<PasswordHash>;
  lock?: LockDraft;
  /** In the order of twinbeat.cf. */
  readonly fences: Setting<FenceDevice>[];
  /** In the order of ha.cf. */
  readonly stonith: StonithDraft[];
  /** What holds a password, in either file. */
  readonly secrets: Word[];
  /** Directives that got a value which was refused: what is derived from them would be refused for the wrong reason. */
  readonly refused: Set<string>;
  readonly settings: Settings;
}

export function emptyDraft(): Draft {
  return {
    nodes: [],
    media: [],
    pings: [],
    apiClients: new Map(),
    api: {},
    written: {},
    clients: [],
    alarms: [],
    fences: [],
    stonith: [],
    secrets: [],
    refused: new Set(),
    settings: {},
  };
}

/** What every directive works with. */
export interface Reading {
  readonly draft: Draft;
  readonly probe: Probe;
  readonly findings: Findings;
}
