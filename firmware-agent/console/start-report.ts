import { closeSync, writeSync } from 'node:fs';

/** The descriptor on which a daemon says what keeps it from starting, and which it closes when it has started. */
export const reportDescriptor = 3;
/** The variable that is set for a daemon alone. */
export const daemonMark = 'TWINBEAT_DAEMON';

/** Of an agent that starts: where it says what it has to say, and that it has started. */
export interface StartReport {
  say(line: string): void;
  started(): void;
}

/** To whoever started this process as a daemon and waits for it; else to stderr. To be asked for once. */
export function startReport(): StartReport {
  if (process.env[daemonMark] === undefined) {
    return { say: (line) => process.stderr.write(`${line}\n`), started: () => {} };
  }
  // What the agent starts is no daemon of this kind.
  delete process.env[daemonMark];
  return {
    say(line) {
      try {
        writeSync(reportDescriptor, `${line}\n`);
      } catch {
        // Who started it did not wait: there is nobody to be told.
      }
    },
    started: () => closeSync(reportDescriptor),
  };
}
