import type { Keyring } from '../wire/keyring.ts';
import type { ApiAuth } from './apiauth.ts';
import type { Diagnostic } from './diagnostic.ts';

/** All that the four files say, checked and with every default filled in. Times are in milliseconds. */
export interface Config {
  readonly directory: string;
  /** This machine's node name, lower case: `--node`, else the nodeinfo file, else `uname -n`. */
  readonly self: string;
  /** The two nodes in the order of ha.cf. */
  readonly nodes: readonly [string, string];
  readonly peer: string;
  readonly keepalive: number;
  readonly deadtime: number;
  readonly warntime: number;
  readonly initdead: number;
  readonly deadping: number;
  readonly autoFailback: boolean;
  /** `auto_failback legacy`, or no such line: Heartbeat's oldest protocol, in which failback is always on. */
  readonly legacy: boolean;
  readonly hopFudge: number;
  /** `max_rexmit_delay`: how often a missing message is asked for. */
  readonly rexmitDelay: number;
  readonly messageFormat: 'classic' | 'netstring';
  /** The cables, in the order of ha.cf. */
  readonly media: readonly MediumConfig[];
  readonly pings: readonly PingConfig[];
  /** `respawn ... ipfail`: the node that sees more ping nodes serves. It is built in; no program is started. */
  readonly ipfail: boolean;
  /** Values of ha.cf as written, by directive, and those of its `env` lines by name: scripts find them as HA_NAME. */
  readonly directives: Readonly<Record<string, string>>;
  /** `respawn` and `failfast`, in the order of ha.cf: programs that run while this node is active. */
  readonly clients: readonly ClientConfig[];
  /** `apiauth`: who may ask and command the agent. */
  readonly api: ApiAuth;
  readonly watchdog?: string;
  /** The priority, 1..99, with which the agent runs before ordinary programs; null: it is one of them. */
  readonly realtime: number | null;
  readonly defences: Defences;
  /** The terminal at which alarms ring; null: none. */
  readonly bell: string | null;
  /** The serial port with the technician's menu; null: none. */
  readonly console: ConsoleConfig | null;
  /** The same menu on the serial cables, where the peer is not heard; null: none. */
  readonly heartbeatConsole: HeartbeatConsoleConfig | null;
  /** What whoever acts at the console has to know; null: nothing. */
  readonly password: PasswordHash | null;
  /** Null: the peer's silence alone decides. */
  readonly lock: LockConfig | null;
  /** Tried in this order until one has switched the peer's box off. Empty: it is taken over without. */
  readonly fencing: readonly FenceDevice[];
  readonly log: LogConfig;
  readonly keys: Keyring;
  readonly groups: readonly GroupConfig[];
}

/** What keeps both boxes from serving at once: twinbeat.cf, every default safe. */
export interface Defences {
  /** `look-before-take`, default on: ask the LAN whether the other box still has an address before taking it. */
  readonly look: boolean;
  /** `take-after T`: take although the other box still answers, after so long; null, the default: never. */
  readonly takeAfter: number | null;
  /** `stranger take|refuse`, default refuse: what to do where a machine that is not the peer has the address. */
  readonly takeFromStranger: boolean;
  /** `isolation release|serve`, default release where ha.cf has a ping node: who hears nobody serves nobody. */
  readonly releaseIsolated: boolean;
  /** `defend on|off`, default on: answer a rival's claim, and give way to the peer where the address prefers it. */
  readonly defend: boolean;
  /** `takeover auto|confirm|delay T`: what follows the peer's death. `auto`: 0; `confirm`: null, a human's word only. */
  readonly takeoverDelay: number | null;
  /** `alarm COMMAND`: each is run for every alarm, with the event as JSON on its standard input. */
  readonly alarms: readonly string[];
}

export type MediumConfig =
  | { readonly kind: 'serial'; readonly name: string; readonly path: string; readonly baud: number }
  | {
      readonly kind: 'ucast' | 'ucast6';
      readonly name: string;
      readonly device: string;
      readonly address: string;
      readonly port: number;
    }
  | { readonly kind: 'bcast'; readonly name: string; readonly device: string; readonly port: number }
  | {
      readonly kind: 'mcast' | 'mcast6';
      readonly name: string;
      readonly device: string;
      readonly group: string;
      readonly port: number;
      /** Routers that a datagram may pass, 0..4; the hops of IPv6. */
      readonly ttl: number;
      readonly loop: boolean;
    };

export interface ClientConfig {
  readonly kind: 'respawn' | 'failfast';
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  /** As written, for the shell. */
  readonly command: string;
}

/** A `ping` or `ping6` node (one host, named like it) or a `ping_group` (alive while any host answers). */
export interface PingConfig {
  readonly name: string;
  readonly kind: 'ping' | 'ping6' | 'ping_group';
  readonly hosts: readonly string[];
}

export interface LogConfig {
  readonly logfile?: string;
  readonly debugfile?: string;
  /** A syslog facility's name, as in `local0`; absent: not to syslog. */
  readonly facility?: string;
  /** 0: nothing for developers; each step says more. */
  readonly debug: number;
  /** True: the syslog-like line of 3.0.6; false: the line of 2.1 (spec logs-and-tools.md 1). */
  readonly syslogFormat: boolean;
}

/** One logical line of haresources: what moves together from box to box. */
export interface GroupConfig {
  /** The node that the group prefers. */
  readonly node: string;
  /** The first resource word as written: the group's name on the wire and in logs. */
  readonly key: string;
  /** Started left to right, stopped right to left. */
  readonly resources: readonly ResourceConfig[];
}

export type ResourceConfig =
  | AddressResource
  | Address6Resource
  | SendArpResource
  | DelayResource
  | ScriptResource
  | OcfResource
  | SystemdResource;

/** An IPv4 address that the agent itself adds and removes: `IPaddr`, `IPaddr2` or a bare address. */
export interface AddressResource {
  readonly kind: 'address';
  /** The word as written. */
  readonly text: string;
  readonly address: string;
  /** Absent: that of the interface's own network that holds the address. */
  readonly prefix?: number;
  /** Absent: the interface whose network holds the address. */
  readonly device?: string;
  /** The whole label, as in `eth0:0`. */
  readonly label?: string;
  readonly broadcast?: string;
}

/** An IPv6 address that the agent itself adds and removes: `IPv6addr`. */
export interface Address6Resource {
  readonly kind: 'address6';
  readonly text: string;
  /** As RFC 5952 writes it, which is how the kernel does. */
  readonly address: string;
  /** Absent: as with IPv4. */
  readonly prefix?: number;
  readonly device?: string;
}

/** Gratuitous ARP for an IPv4 address that something else adds and removes. */
export interface SendArpResource {
  readonly kind: 'arp';
  readonly text: string;
  readonly address: string;
  readonly device: string;
}

/** Waits before what stands behind it starts, and after that has stopped. Milliseconds, an hour at most. */
export interface DelayResource {
  readonly kind: 'delay';
  readonly text: string;
  readonly start: number;
  readonly stop: number;
}

export interface ScriptResource {
  readonly kind: 'script';
  readonly text: string;
  readonly script: string;
  readonly args: readonly string[];
}

/** A resource agent of the Open Cluster Framework. */
export interface OcfResource {
  readonly kind: 'ocf';
  readonly text: string;
  /** The folder below `/usr/lib/ocf/resource.d`, most often `heartbeat`. */
  readonly provider: string;
  /** The program in it. */
  readonly agent: string;
  /** What its files are named after: not two alike on one box. */
  readonly instance: string;
  /** By their names, without `OCF_RESKEY_`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A unit of systemd. */
export interface SystemdResource {
  readonly kind: 'systemd';
  readonly text: string;
  /** As `systemctl` takes it. */
  readonly unit: string;
}

/** `console PORT [BAUD] [login]`: who presses Enter there gets the menu. */
export interface ConsoleConfig {
  readonly path: string;
  readonly baud: number;
  /** The password is asked for before anything is shown. */
  readonly login: boolean;
}

/** `heartbeat-console on|login|off`, default on: who presses Enter three times on a silent heartbeat cable gets the menu. */
export type HeartbeatConsoleConfig = Pick<ConsoleConfig, 'login'>;

/** What scrypt makes of a password, and what it makes it with. */
export interface PasswordHash {
  /** Cost, block size and parallelization; memory is 128 * N * r bytes. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
  /** In base64url, as is the hash. */
  readonly salt: string;
  readonly hash: string;
}

/** A lease on a disk that both nodes reach (firmware-agent/lock): who has it serves. */
export interface LockConfig {
  /** A disk, or a file on shared storage. */
  readonly path: string;
  /** Milliseconds. */
  readonly lease: number;
}

/** A way to make sure that the peer's box runs nothing, before it is taken over. */
export type FenceDevice =
  /** A plug-in of cluster-glue's `stonith` command; its parameters as written, or a file that holds them. */
  | { readonly kind: 'stonith'; readonly type: string; readonly parameters: string }
  | { readonly kind: 'stonith'; readonly type: string; readonly file: string }
  /** A `fence_...` agent, which reads `name=value` lines. */
  | { readonly kind: 'agent'; readonly program: string; readonly options: readonly string[] }
  /** Any command, run by the shell. */
  | { readonly kind: 'command'; readonly command: string }
  /** A human switches the box off, and says so by `twinbeat fence-ack`. */
  | { readonly kind: 'manual' };

/** What reading a configuration directory gives: the value only where there is no error. */
export interface Verdict {
  readonly config?: Config;
  /** What ha.cf says of logs, wrong lines left out; absent where it cannot be read. */
  readonly log?: LogConfig;
  readonly diagnostics: readonly Diagnostic[];
}
