import { errorText } from '../../../hw/error.ts';
import type { KeptEvent } from '../../events/event.ts';
import { type ReadEvents, readEvents } from '../../events/read-events.ts';
import { parseSince, sinceForms } from '../../events/since.ts';
import type { CommandContext, Directories } from '../command-context.ts';
import { eventLines } from '../event-lines.ts';

export interface EventsOptions {
  /** One JSON object a line. */
  readonly json?: boolean;
  /** As `parseSince` reads it. */
  readonly since?: string;
}

/**
 * `twinbeat events`: what happened and why, from the state directory, whether an agent runs or not. Resolves with 1 where
 * there is nothing to read.
 */
export async function events(
  { stateDir }: Directories,
  { json = false, since }: EventsOptions,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<number> {
  const from = since === undefined ? new Date(0) : parseSince(since, new Date());
  if (from === null) {
    terminal.err(`--since ${since}: write for example ${sinceForms}`);
    return 1;
  }
  let kept: ReadEvents | null;
  try {
    kept = readEvents(stateDir);
  } catch (error) {
    terminal.err(`the events in ${stateDir} cannot be read: ${errorText(error)}`);
    return 1;
  }
  if (kept === null) {
    terminal.err(`no events are kept in ${stateDir}: the agent writes them there, or name its --state-dir`);
    return 1;
  }
  const wanted = kept.events.filter(({ time }) => Date.parse(time) >= from.getTime());
  for (const line of json ? jsonLines(wanted) : eventLines(wanted)) terminal.out(line);
  if (wanted.length === 0) terminal.err('nothing happened since then');
  if (kept.unreadable > 0) terminal.err(`${kept.unreadable} line(s) were damaged and left out`);
  return 0;
}

function jsonLines(events: readonly KeptEvent[]): string[] {
  return events.map((event) => JSON.stringify(event));
}
