import { basename } from 'node:path';
import type { CommandContext } from '../command-context.ts';
import { twinbeat } from '../command-line.ts';
import { clStatus } from './cl-status.ts';
import { hbStandby, hbTakeover } from './hb-move.ts';
import { heartbeat } from './heartbeat.ts';

/** Carries out the words behind a name; `called` is the name as it was called. Resolves with the exit code. */
export type NamedCommand = (
  words: readonly string[],
  context: CommandContext,
  called: string,
) => Promise<number>;

const names: Readonly<Record<string, NamedCommand>> = {
  heartbeat,
  cl_status: clStatus,
  hb_standby: hbStandby,
  hb_takeover: hbTakeover,
};

/** What the executable is when it is called like this, by a link or its own name. */
export function commandNamed(called: string): NamedCommand {
  const name = basename(called);
  return Object.hasOwn(names, name) ? (names[name] ?? twinbeat) : twinbeat;
}
