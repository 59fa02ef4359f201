import type { Holding } from './holding.ts';

export type Level = 'CRIT' | 'ERROR' | 'WARN' | 'info' | 'debug';

/** Programs of Heartbeat's whose work the core does, and in whose name it logs that. */
export type Entity = 'ipfail' | 'mach_down';

/** Fields as their creator sets them, in order; the standard fields are added on the way out (spec wire.md 4.1). */
export type Fields = readonly (readonly [name: string, value: string])[];

/** What somebody should get up for; each is cleared when it is over. */
export type AlarmKind =
  | 'peer-dead'
  | 'peer-box-answers'
  | 'stranger-has-address'
  | 'waiting-for-confirmation'
  | 'isolated'
  | 'address-claimed'
  | 'both-served'
  | 'start-failed'
  | 'stop-failed'
  | 'lock-lost'
  | 'lock-held'
  | 'lock-disk'
  | 'fencing-failed'
  | 'configuration-differs'
  | 'link-lost';

/** All that a node can cause. The caller carries actions out in their order. */
export type Action =
  /** Send on every cable. `seq` is null for the NS_ messages, which carry none. */
  | { readonly do: 'send'; readonly seq: number | null; readonly fields: Fields }
  /** Send a message of the history once more, unchanged. */
  | { readonly do: 'resend'; readonly seq: number }
  /** Address the peer by this uuid (hex) from now on. */
  | { readonly do: 'learn'; readonly uuid: string }
  /** Bring the groups of a set (only the one with this key, where it is not null) up or down; answered by one `finished` event with the job's number. */
  | {
      readonly do: 'acquire' | 'release';
      readonly job: number;
      readonly set: Holding;
      readonly key: string | null;
    }
  /** Speak, and be remembered, with this generation from now on. */
  | { readonly do: 'generation'; readonly generation: number }
  /** Tell the neighbours of every address held here whose it is. */
  | { readonly do: 'announce' }
  /** Ask the LAN who has the addresses of a set that are not held here; answered by one `looked` event with the number. */
  | { readonly do: 'look'; readonly look: number; readonly set: Holding }
  /** Tell whoever is to be told, now or once it is over. */
  | {
      readonly do: 'alarm';
      readonly kind: AlarmKind;
      readonly level: 'crit' | 'warning' | 'cleared';
      readonly text: string;
      readonly facts: Readonly<Record<string, string | number | boolean | null>>;
    }
  /** What the peer's cable doctor says. */
  | { readonly do: 'cable talk'; readonly fields: Fields }
  /** Drop every address of a set at once, wait for nothing: this node may no longer be the owner. */
  | { readonly do: 'abandon'; readonly set: Holding }
  /** Try to hold the disk lock of a set, or say that nothing of it runs here any more; answered by `lock` events. */
  | { readonly do: 'lock'; readonly set: 'local' | 'foreign'; readonly what: 'want' | 'free' }
  /** Switch the peer's box off, or reset it; answered by one `fenced` event with the number, unless it is called off. */
  | { readonly do: 'fence'; readonly fence: number }
  | { readonly do: 'call off fence' }
  /** `entity`: who speaks, where it is not the daemon itself. */
  | { readonly do: 'log'; readonly level: Level; readonly text: string; readonly entity?: Entity }
  /** The next `tick` is due at this time; it replaces the one asked for before. Infinity: none. */
  | { readonly do: 'timer'; readonly at: number }
  | { readonly do: 'progress'; readonly id: number; readonly text: string }
  | { readonly do: 'answer'; readonly id: number; readonly ok: boolean; readonly text: string }
  /** This node is well: the watchdog may be told. */
  | { readonly do: 'kick' }
  /** Begin a new life with a new generation after so many milliseconds; this state gets no further events. */
  | { readonly do: 'restart'; readonly after: number }
  /** This node is active: the programs that go with it run from now on. */
  | { readonly do: 'clients' }
  /** Start the agent anew with its new files, and leave this set up meanwhile. */
  | { readonly do: 'renew'; readonly keeps: Holding }
  | { readonly do: 'exit' };
