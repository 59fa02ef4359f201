import type { Action } from '../../firmware-agent/core/action.ts';
import type { SetWord, Sight, Sighting } from '../../firmware-agent/core/event.ts';
import type { Holding } from '../../firmware-agent/core/holding.ts';
import type { Settings } from '../../firmware-agent/core/settings.ts';
import type { State } from '../../firmware-agent/core/state.ts';
import type { LockHappening } from '../../firmware-agent/lock-happening.ts';
import type { Opened } from '../../firmware-agent/wire/envelope.ts';
import type { Message } from '../../firmware-agent/wire/message.ts';
import type { LockSet } from './disk-locks.ts';

/**
 * What runs on a box, whatever it is: our own agent, or a model of another's. It hears messages and is asked things; what
 * it does goes out through its `Surroundings`.
 */
export interface Agent {
  /** The core's state; null where no life of it is under way, and for a model of another's agent. */
  readonly state: State | null;
  readonly isAlive: boolean;
  /** What it believes to hold, in its own terms. */
  readonly holds: Holding;
  /** What is still to come before it rests; null: nothing. */
  readonly unrest: string | null;
  start(): void;
  /** The process is gone without a last word. */
  kill(): void;
  hear(link: string, opened: Opened): void;
  /** A ping node's echo of what this box sent. */
  hearPing(name: string): void;
  command(id: number, command: 'standby' | 'takeover', set: SetWord): void;
  /** A human says that what waits shall be taken. */
  confirm(id: number): void;
  /** Another machine claims an address that is held here. */
  rival(sighting: Sighting): void;
  /** A port broke, or works again. */
  medium(link: string, isBroken: boolean): void;
  /** News of a disk lock. */
  lock(told: LockHappening): void;
  /** A human says that the other box runs nothing. */
  acknowledge(id: number): void;
  /** The files changed: start anew and keep what is served. */
  renew(): void;
  stop(): void;
  /** The box was held up: look at what is due. */
  wake(): void;
}

/** The box as its agent sees it. All times are those of the box's own clock, in ms. */
export interface Surroundings {
  now(): number;
  /** Seconds since 1970, as the box believes. */
  wallSeconds(): number;
  /** Once, after so much time, when the box has a turn for it. */
  later(delay: number, act: () => void): void;
  /** What the state directory and the configuration say at the begin of a life. */
  newLife(keeps: Holding): Settings;
  /** Remember it for the next life. */
  keepGeneration(generation: number): void;
  /** On every cable; of the messages of one slot that wait for a slow line only the newest stays. */
  send(message: Message, slot?: string): void;
  ping(): void;
  job(what: 'acquire' | 'release', set: Holding, key: string | null, done: (failed: string[]) => void): void;
  /** Every address of a set goes in this call. */
  abandon(set: Holding): void;
  /** Its news come by `Agent.lock`. */
  lock(set: LockSet, what: 'want' | 'free'): void;
  /** Tells a loss that is due before anything else is decided. */
  checkLocks(): void;
  /** What was told to no life: of a lock that was lost between two, and of the disk. */
  untoldLocks(): readonly LockHappening[];
  /** The watchdog is told that all is well between two lives, which last so long, unless a lock is lost. */
  breathe(pause: number): void;
  /** Reset the other box. */
  fence(done: (ok: boolean, text: string) => void): void;
  callOffFence(): void;
  /** The ports that do not work now. */
  brokenPorts(): readonly string[];
  /** The watchdog may be told that all is well. */
  kick(): void;
  /** Ask the LAN who has the addresses of a set. */
  look(set: Holding, done: (sight: Sight) => void): void;
  /** The process is over. */
  exit(): void;
  tell(action: Action): void;
  /** After every event, when all that it caused is done. */
  stepped(): void;
}
