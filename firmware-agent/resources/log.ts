/** The level words that this folder uses, exactly as Heartbeat writes them (spec logs-and-tools.md 1). */
export type Level = 'CRIT' | 'ERROR' | 'WARN' | 'info' | 'debug';

/** Where lines go. It must not block, and it must not throw. `entity`: who speaks; the daemon unless told. */
export type Log = (level: Level, text: string, entity?: string) => void;

/** The same log for one who speaks in the name of another program, as Heartbeat's ResourceManager. */
export function inTheNameOf(entity: string, log: Log): Log {
  return (level, text) => log(level, text, entity);
}

/** The script of Heartbeat's whose work the groups and their programs do here. */
export const manager = 'ResourceManager';
