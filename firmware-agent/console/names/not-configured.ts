import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { logLine } from './say.ts';

/** What is logged of a start that the files forbid, as Heartbeat words it. */
export const startRefused = 'Heartbeat not started: configuration error.';

const codes = { forbidden: 4, misconfigured: 6 } as const;

/** The end of what is said where the configuration has errors, as Heartbeat words it. */
export function notStarted(): string[] {
  return [configurationError(), say('ERROR', 'Configuration error, heartbeat not started.')];
}

/** The same of a reload. */
export function notReloaded(pid: number): string[] {
  return [configurationError(), say('info', `Config errors: Heartbeat pid ${pid} NOT restarted`)];
}

/** The exit code then: 4 where this user may not read the keys, else 6, as the LSB has it. */
export function notStartedCode(configDir: string): number {
  try {
    accessSync(join(configDir, 'authkeys'), constants.R_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return codes.forbidden;
  }
  return codes.misconfigured;
}

function configurationError(): string {
  return say('ERROR', startRefused);
}

function say(level: 'ERROR' | 'info', text: string): string {
  return logLine('heartbeat', level, text);
}
