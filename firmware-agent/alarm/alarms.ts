import type { Log } from '../resources/log.ts';
import { runScript } from '../resources/script.ts';
import { nodeTimers, type Timers } from '../resources/timers.ts';
import { type Alarm, type AlarmEvent, keyOf, type StandingAlarm } from './alarm.ts';
import type { Bell } from './bell.ts';
import type { Runner } from './command.ts';
import { CommandQueue } from './command-queue.ts';
import { Repeats } from './repeats.ts';

/** All in milliseconds. */
export interface CommandLimits {
  /** Until a run is ended by force, with its children: SIGTERM, */
  readonly limit: number;
  /** and after so long SIGKILL. */
  readonly grace: number;
  /** From a failure to the next try. */
  readonly retryDistance: number;
}

const defaultLimits: CommandLimits = { limit: 30_000, grace: 5_000, retryDistance: 5_000 };

export interface AlarmsOptions {
  /** As in twinbeat.cf, `alarm COMMAND`: each for `/bin/sh -c`. */
  readonly commands: readonly string[];
  /** This node's name, */
  readonly node: string;
  /** and its peer's. */
  readonly peer: string;
  readonly log: Log;
  /** Rings for what is crit; absent: nothing does. */
  readonly bell?: Bell | undefined;
  readonly limits?: Partial<CommandLimits>;
  readonly run?: Runner;
  readonly timers?: Timers;
  readonly wallClock?: () => Date;
}

const logLevel = { crit: 'CRIT', warning: 'WARN', cleared: 'info' } as const;

/** Tells people what they should know at once: a line in the log, a run of every command, and what is crit by the bell. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #wallClock: () => Date;
  readonly #repeats: Repeats;
  readonly #queues: readonly CommandQueue[];
  readonly #standing = new Map<string, StandingAlarm>();

  constructor(options: AlarmsOptions) {
    const { commands, log, limits, run = runScript, timers = nodeTimers } = options;
    this.#options = options;
    this.#wallClock = options.wallClock ?? (() => new Date());
    this.#repeats = new Repeats((event) => this.#tell(event), timers);
    const common = { ...defaultLimits, ...limits, log, run, timers };
    this.#queues = commands.map((command) => new CommandQueue({ command, ...common }));
  }

  /**
   * Starts nothing in the caller's turn and never throws. To clear what does not stand does nothing, so whoever sees
   * that all is well may say so without asking.
   */
  raise(alarm: Alarm): void {
    const { node, peer } = this.#options;
    const time = this.#wallClock().toISOString();
    const key = keyOf(alarm);
    const standing = this.#standing.get(key);
    const { kind, level, text, facts } = alarm;
    if (level !== 'cleared') {
      this.#standing.set(key, { kind, level, text, facts, since: standing?.since ?? time });
    } else if (!this.#standing.delete(key)) return;
    this.#repeats.take({ version: 1, time, node, peer, kind, level, text, facts });
  }

  /** What was raised and not cleared, the newest of each key; oldest first. */
  standing(): readonly StandingAlarm[] {
    return [...this.#standing.values()];
  }

  /** At the agent's end: the commands have so many milliseconds for what waits; what still runs then is ended by force. */
  async close(limit = 2_000): Promise<void> {
    this.#repeats.flush();
    this.#options.bell?.close();
    await Promise.all(this.#queues.map((queue) => queue.close(limit)));
  }

  #tell(event: AlarmEvent): void {
    const { kind, level, text } = event;
    this.#options.log(logLevel[level], `ALARM ${kind}${level === 'cleared' ? ' cleared' : ''}: ${text}`);
    if (level === 'crit') this.#options.bell?.ring(text);
    for (const queue of this.#queues) queue.add(event);
  }
}
