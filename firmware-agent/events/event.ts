/** What an event is about: stable words, for programs. */
export type EventKind =
  /** The agent: its lives, its files, a defect of its own, an end without a word. */
  | 'started'
  | 'stopping'
  | 'stopped'
  | 'restarted'
  | 'renewed'
  | 'configured'
  | 'refused'
  | 'crashed'
  | 'unclean-end'
  /** The watchdog reset the box: why it booted. */
  | 'watchdog-reset'
  /** The other node. */
  | 'peer-up'
  | 'peer-active'
  | 'peer-dead'
  | 'peer-stops'
  | 'peer-restarted'
  | 'late'
  /** A cable, as the other node is heard on it; its port; what the cable doctor finds; a ping node. */
  | 'link-up'
  | 'link-down'
  | 'medium'
  | 'cable'
  | 'ping-up'
  | 'ping-down'
  /** Resource groups came up here, went down here, or take long to do so. */
  | 'acquired'
  | 'released'
  | 'slow'
  /** What a person asked for, and what became of it. */
  | 'operator'
  | 'answer'
  /** At the technician's console: a login, a command. */
  | 'console'
  | 'fencing'
  | 'alarm'
  | 'cleared'
  /** So many events could not be kept. */
  | 'missing';

export type Facts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** What happened, before it has a time. */
export interface Happened {
  readonly kind: EventKind;
  /** In words, one line: what happened and why. */
  readonly text: string;
  /** The same for programs; spans are in milliseconds. */
  readonly facts: Facts;
}

/** A kept event. */
export interface KeptEvent extends Happened {
  /** ISO 8601, UTC, by the box's own wall clock. */
  readonly time: string;
}
