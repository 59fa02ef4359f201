/** The level words that this folder uses, exactly as Heartbeat writes them (spec logs-and-tools.md 1). */
export type Level = 'CRIT' | 'ERROR' | 'WARN' | 'info' | 'debug';

/** Where lines go. It must not block, and it must not throw. */
export type Log = (level: Level, text: string) => void;
