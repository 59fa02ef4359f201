/** Level words exactly as Heartbeat writes them (spec logs-and-tools.md 1), each with syslog's word for it. */
export const syslogSeverity = {
  EMERG: 'emerg',
  ALERT: 'alert',
  CRIT: 'crit',
  ERROR: 'err',
  WARN: 'warning',
  notice: 'notice',
  info: 'info',
  debug: 'debug',
} as const;

/** Of the debug levels of `debug` in ha.cf. */
export const highestDebug = 255;

export type Level = keyof typeof syslogSeverity;
export type SyslogSeverity = (typeof syslogSeverity)[Level];
