import type { Directories, Machine } from '../command-context.ts';
import type { Outcome, RequestOptions } from '../control-client.ts';
import type { Request } from '../control-protocol.ts';
import type { StatusReport } from '../report.ts';
import type { Size } from '../screen-painter.ts';

/** What a command of the menu works with. All of it ends with the command: who goes on after Ctrl-C says nothing more. */
export interface Desk {
  readonly directories: Directories;
  readonly machine: Machine;
  /** The serial port that this human is at; null: a shell. */
  readonly port: string | null;
  /** Of the human's terminal, as far as it is known. */
  readonly size: Size;
  resize(size: Size): void;
  /** Aborted by Ctrl-C, and when the session ends. */
  readonly signal: AbortSignal;
  /** Lines of any length, page by page. @throws when the command is to end */
  say(...lines: readonly string[]): Promise<void>;
  /** The same without a stop at the end of a page. */
  tell(...lines: readonly string[]): Promise<void>;
  /** True where a human answered `yes`, after the question stood there. */
  confirm(question: string): Promise<boolean>;
  /** Asks the agent. */
  ask(what: Request, options?: RequestOptions): Promise<Outcome>;
  /** @throws Refusal where no agent answers */
  status(): Promise<StatusReport>;
  /** Ends the session after this command. */
  leave(): void;
}

/** One entry of the menu. */
export interface TechnicianCommand {
  readonly name: string;
  /** Other words for it. */
  readonly aliases?: readonly string[];
  /** What may follow, as in `[COUNT]`. */
  readonly usage?: string;
  /** What `help` says: 25 characters at most where it acts, else 29, so that it is one line on a small terminal. */
  readonly summary: string;
  /** What `help NAME` says besides. */
  readonly more?: readonly string[];
  /** It changes something: the password is asked for, where one is set. Each such command asks its own yes/no question. */
  readonly acts?: boolean;
  run(words: readonly string[], desk: Desk): Promise<void>;
}

/** Why a command does nothing, for the human to read. */
export class Refusal extends Error {}
