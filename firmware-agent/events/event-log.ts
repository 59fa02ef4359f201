import { setTimeout as pause } from 'node:timers/promises';
import type { Alarm } from '../alarm/alarm.ts';
import { LineWriter } from '../log/line-writer.ts';
import { alarmHappened } from './action-events.ts';
import type { EventKind, Happened, KeptEvent } from './event.ts';
import type { Observation } from './observation.ts';
import { readEvents } from './read-events.ts';
import { Recorder } from './recorder.ts';
import { ringFile } from './ring-file.ts';

/** Bytes that may wait for a slow disk; further events are dropped and counted. */
const capacity = 64 * 1024;
/** The agent's own last words. */
const lastWords: readonly EventKind[] = ['stopped', 'renewed', 'crashed', 'unclean-end'];
/** Characters of a text: it may quote what a program printed. */
const longestText = 1000;

export interface EventLogOptions {
  readonly stateDir: string;
  readonly log: (level: 'WARN' | 'ERROR', text: string) => void;
  readonly now?: () => Date;
}

/** What happened to this node and why, kept across restarts. Nothing here blocks, and nothing throws. */
export class EventLog {
  readonly #options: EventLogOptions;
  readonly #recorder = new Recorder();
  readonly #writer: LineWriter;
  #isBroken = false;

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#writer = new LineWriter({
      sink: ringFile(options.stateDir),
      capacity,
      lost: (count) =>
        this.#line({ kind: 'missing', text: `${count} event(s) could not be kept here`, facts: { count } }),
      complain: (text) => options.log('WARN', `events: ${text}`),
    });
  }

  /** Once, before the first life: an agent that was killed, or whose box lost its power, could not say so itself. */
  begin(): void {
    try {
      const kept = readEvents(this.#options.stateDir);
      // A start that was refused was no life.
      const last = kept?.events.findLast(({ kind }) => kind !== 'refused');
      if (!kept?.endsTorn && (last === undefined || lastWords.includes(last.kind))) return;
      this.note({
        kind: 'unclean-end',
        text: 'the agent before this one ended without a word: loss of power, a reset, or it was killed',
        facts: { lastEvent: last?.time ?? null },
      });
    } catch (error) {
      this.#options.log('WARN', `events: those before cannot be read: ${textOf(error)}`);
    }
  }

  /** Told by the first agent after a boot, for its cause stays the same until the next one. `boot`: what tells one from another. */
  noteOfBoot({ kind, text, facts }: Happened, boot: string): void {
    try {
      const isTold = readEvents(this.#options.stateDir)?.events.some(
        (kept) => kept.kind === kind && kept.facts.boot === boot,
      );
      if (isTold === true) return;
    } catch (error) {
      this.#options.log('WARN', `events: those before cannot be read: ${textOf(error)}`);
    }
    this.#options.log('WARN', text);
    this.note({ kind, text, facts: { ...facts, boot } });
  }

  /** A defect in the telling must not harm what is told of; it is logged once. */
  observe(seen: Observation): void {
    try {
      for (const happened of this.#recorder.see(seen)) this.note(happened);
    } catch (error) {
      if (this.#isBroken) return;
      this.#isBroken = true;
      this.#options.log('ERROR', `events: not told: ${textOf(error)}`);
    }
  }

  /** One that the core knows nothing of. */
  alarm(alarm: Alarm): void {
    this.note(alarmHappened(alarm));
  }

  note(happened: Happened): void {
    this.#writer.write(this.#line(happened));
  }

  /** Writes out what waits, for `limit` milliseconds at most. */
  async flush(limit = 2000): Promise<void> {
    await Promise.race([this.#writer.flush(), pause(limit, undefined, { ref: false })]);
  }

  #line({ kind, text, facts }: Happened): string {
    const time = (this.#options.now?.() ?? new Date()).toISOString();
    return JSON.stringify({ time, kind, text: text.slice(0, longestText), facts } satisfies KeptEvent);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
