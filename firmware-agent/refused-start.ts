import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { errorText } from '../hw/error.ts';
import { openSyslog } from '../hw/syslog.ts';
import type { Verdict } from './config/config.ts';
import { errorLines } from './config/diagnostic.ts';
import type { AgentOptions } from './console/command-context.ts';
import { startRefused } from './console/names/not-configured.ts';
import { EventLog } from './events/event-log.ts';
import { readEvents } from './events/read-events.ts';
import { Logger, type LoggerOptions } from './log/logger.ts';

/** Heartbeat's own, where ha.cf names none. */
const usualFacility = 'daemon';

/**
 * A start that broken files forbid leaves its errors in the events, in syslog, and in the log files of those lines of ha.cf
 * that are good: a box without a screen has no other way to tell. Takes 2 s at most for each of both.
 * @param say for what cannot be kept
 */
export async function keepRefusal(
  { diagnostics, log }: Verdict,
  { stateDir, node = hostname() }: Pick<AgentOptions, 'stateDir' | 'node'>,
  say: (line: string) => void,
  syslog: LoggerOptions['openSyslog'] = (facility, ident) => openSyslog({ facility, ident }),
): Promise<void> {
  const errors = errorLines(diagnostics);
  const targets = { debug: 0, syslogFormat: true, ...log, facility: log?.facility ?? usualFacility };
  // All of it was said there.
  const stderr = { name: 'stderr', append: async (bytes: Uint8Array) => bytes.length };
  const logger = new Logger({ node, targets, stderr, openSyslog: syslog });
  for (const text of [...errors, startRefused]) logger.log('ERROR', text);
  await logger.close();
  await noteOnce(stateDir, errors, say);
}

/** Whoever starts it again and again must not push all that happened before out of the events. */
async function noteOnce(stateDir: string, errors: readonly string[], say: (line: string) => void) {
  const events = new EventLog({ stateDir, log: (level, text) => say(`${level}: ${text}`) });
  try {
    mkdirSync(stateDir, { recursive: true });
    const last = readEvents(stateDir)?.events.at(-1);
    if (last?.kind === 'refused' && isDeepStrictEqual(last.facts.errors, errors)) return;
  } catch (error) {
    say(`WARN: events: ${stateDir} cannot be used: ${errorText(error)}`);
    return;
  }
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  events.note({ kind: 'refused', text: `not started: ${errors[0] ?? ''}${more}`, facts: { errors } });
  await events.flush();
}
