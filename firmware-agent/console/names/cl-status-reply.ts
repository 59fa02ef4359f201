import type { StatusReport } from '../report.ts';
import type { Words } from './getopt.ts';

/** The exit codes of cl_status. */
export const exit = { ok: 0, fail: 1, parameter: 11, other: 13 } as const;

/** What a sub-command prints, and its exit code. */
export interface Reply {
  readonly code: number;
  /** To stdout. */
  readonly lines?: readonly string[];
  /** To stderr, as it is. */
  readonly error?: string;
  /** To stderr, as lines of a log. */
  readonly errors?: readonly string[];
}

/** A sub-command that needs a running agent. */
export interface Question {
  /** For getopt. */
  readonly options: string;
  /** What is logged of a wrong option; the words differ from one to the next in Heartbeat, too. */
  readonly optionFault: string;
  answer(report: StatusReport, given: Words): Reply;
}

export const optionFault = 'Error: getopt returnedcharacter ?.';

export const notEnough: Reply = { code: exit.parameter, error: 'Not enough parameters.' };
export const noEnough: Reply = { code: exit.parameter, error: 'No enough parameter.' };
