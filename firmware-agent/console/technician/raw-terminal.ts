import type { ReadStream } from 'node:tty';

/**
 * Has every key told at once, and nothing echoed by the system, until the process ends, in whatever way it can still do something
 * about it. Returns what ends it before.
 */
export function makeRaw(terminal: ReadStream): () => void {
  const restore = (): void => {
    process.off('exit', restore);
    if (terminal.isRaw && !terminal.destroyed) terminal.setRawMode(false);
  };
  // Also after a defect, and before it is printed.
  process.on('exit', restore);
  process.on('uncaughtExceptionMonitor', restore);
  terminal.setRawMode(true);
  return restore;
}
