import { hostname } from 'node:os';
import type { Writable } from 'node:stream';
import { errorText } from '../../../hw/error.ts';
import type { Directories, Machine } from '../command-context.ts';
import type { Size } from '../screen-painter.ts';
import { banner } from './banner.ts';
import { findCommand, unknownCommand } from './commands.ts';
import { Guard } from './guard.ts';
import { Notes } from './notes.ts';
import type { Pace } from './pace.ts';
import { Paper } from './paper.ts';
import { type LineEnd, Printer } from './printer.ts';
import { type Timing, usualTiming } from './question.ts';
import { Turns } from './turns.ts';
import { Typing } from './typing.ts';

/** Milliseconds without a key until the session is over; with the password given. */
const idleLimit = 600_000;
const idleLimitUnlocked = 300_000;
/** Milliseconds for the last words: the line may take nothing any more. */
const farewell = 3000;

export interface SessionOptions {
  readonly directories: Directories;
  readonly machine: Machine;
  readonly output: Writable;
  readonly pace: Pace;
  readonly lineEnd?: LineEnd;
  readonly size: Size;
  /** The serial port; null: a shell. */
  readonly port: string | null;
  /** The password comes first. */
  readonly login: boolean;
  /** For tests. */
  readonly timing?: Timing;
  readonly idle?: number;
}

/** One human at the menu, from the banner to the end. */
export class Session {
  readonly typing: Typing;
  readonly #options: SessionOptions;
  readonly #printer: Printer;
  readonly #paper: Paper;
  readonly #notes: Notes;
  readonly #guard: Guard;
  readonly #turns: Turns;
  /** Nobody types any more. */
  readonly #over = new AbortController();
  #isLeaving = false;

  constructor(options: SessionOptions) {
    const { port, login, timing = usualTiming, idle = idleLimit } = options;
    this.#options = options;
    this.#printer = new Printer(options.output, options.pace, options.lineEnd);
    this.typing = new Typing({
      echo: (text) => this.#printer.echo(text),
      interrupted: () => {
        if (this.#turns.interrupt()) this.#printer.echo('^C\r\n');
      },
      over: () => {
        this.#turns.interrupt();
        this.#over.abort();
      },
      idle,
    });
    this.#paper = new Paper(this.#printer, this.typing, options.size);
    this.#notes = new Notes(options.directories.runDir, port ?? 'in a shell');
    this.#turns = new Turns({
      directories: options.directories,
      machine: options.machine,
      port,
      typing: this.typing,
      timing,
      paper: this.#paper,
      notes: this.#notes,
      over: this.#over.signal,
      leave: () => {
        this.#isLeaving = true;
      },
    });
    const prompt = (text: string, signal: AbortSignal) => this.#paper.prompt(text, signal);
    this.#guard = new Guard({ port, login, typing: this.typing, timing, prompt });
  }

  /** The terminal has another size now. */
  resize(size: Size): void {
    this.#paper.size = size;
  }

  /** Resolves with the exit code: 1 where nobody was let in. */
  async run(): Promise<number> {
    this.#notes.add('begins');
    let isIn = false;
    let why = 'logout';
    try {
      isIn = !this.#options.login || (await this.#admitted());
      if (isIn) await this.#serve();
      else why = 'nobody was let in';
    } catch (error) {
      // The terminal is gone, or the human.
      why = errorText(error);
    }
    why = (await this.#farewell()) ?? why;
    this.typing.close();
    this.#notes.add(`ends: ${why}`);
    await this.#notes.written();
    return isIn ? 0 : 1;
  }

  async #admitted(): Promise<boolean> {
    let isAdmitted = false;
    await this.#turns.take(async (desk) => {
      isAdmitted = await this.#guard.admits(desk);
    });
    return isAdmitted;
  }

  async #serve(): Promise<void> {
    const { directories } = this.#options;
    let node = directories.node ?? hostname().toLowerCase();
    await this.#turns.take(async (desk) => {
      node = (await banner(desk)) ?? node;
    });
    while (!this.#isLeaving && !this.#guard.isSpent && this.typing.over === null) {
      if (this.#guard.isUnlocked) this.typing.idle = this.#options.idle ?? idleLimitUnlocked;
      const dropped = this.typing.ahead.takeDropped();
      if (dropped > 0)
        await this.#paper.tell([`(${dropped} characters too many at once: dropped)`], this.#over.signal);
      await this.#paper.prompt(`${node}> `, this.#over.signal);
      const typed = await this.typing.read();
      if (typed.is === 'end') return;
      if (typed.is !== 'line') continue;
      this.#paper.begin();
      if (typed.tooLong) await this.#paper.say(['That line is too long: dropped.'], this.#over.signal);
      else await this.#carryOut(typed.text.trim());
    }
  }

  async #carryOut(line: string): Promise<void> {
    const [name = '', ...words] = line.split(/\s+/);
    if (name === '') return;
    const command = findCommand(name);
    if (command === undefined) {
      await this.#paper.say([unknownCommand(name)], this.#over.signal);
      return;
    }
    this.#notes.add([command.name, ...words].join(' '));
    await this.#turns.take(async (desk) => {
      if (await this.#guard.allows(command, desk)) await command.run(words, desk);
    });
  }

  /** Null: the human went by himself. */
  async #farewell(): Promise<string | null> {
    const { over } = this.typing;
    if (over !== 'idle') return over === null ? null : 'the line is gone';
    const words = ['', 'Nobody typed for a while: logged out.'];
    await this.#paper.tell(words, AbortSignal.timeout(farewell)).catch(() => undefined);
    return 'nobody typed for a while';
  }
}
