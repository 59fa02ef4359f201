/** What an alarm is about; README.md says when each is raised and cleared. */
export const alarmKinds = [
  'peer-dead',
  'peer-box-answers',
  'stranger-has-address',
  'waiting-for-confirmation',
  'isolated',
  'address-claimed',
  'both-served',
  'start-failed',
  'stop-failed',
  'lock-lost',
  'lock-held',
  'lock-disk',
  'fencing-failed',
  'configuration-differs',
  'link-lost',
  'watchdog-not-armed',
  'watchdog-late',
] as const;

export type AlarmKind = (typeof alarmKinds)[number];
export type AlarmLevel = 'crit' | 'warning' | 'cleared';

/** Something that a person should know at once, or that it is over. */
export interface Alarm {
  readonly kind: AlarmKind;
  readonly level: AlarmLevel;
  /** For people: one line, the same for the same state. What differs each time (ages, counts) belongs to the facts. */
  readonly text: string;
  /** For programs. `of` names the cable, group or address where several of one kind can stand at once. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** An alarm that was raised and not cleared. */
export interface StandingAlarm extends Alarm {
  readonly level: Exclude<AlarmLevel, 'cleared'>;
  /** ISO 8601, UTC, by the box's wall clock: for people. */
  readonly since: string;
}

/** What a command reads: README.md has its fields. */
export interface AlarmEvent extends Alarm {
  readonly version: 1;
  /** When it was raised, ISO 8601, UTC. */
  readonly time: string;
  readonly node: string;
  readonly peer: string;
  /** Alarms since the last one that the command got: too many waited, or it failed for them. Absent: none. */
  readonly dropped?: number;
}

/** Alarms with the same key replace and clear each other. */
export function keyOf({ kind, facts }: Alarm): string {
  return `${kind} ${facts.of ?? ''}`;
}
