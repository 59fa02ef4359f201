import type { syslogSeverity } from '../../firmware-agent/log/level.ts';

/** The names of Heartbeat's sample configuration. */
const logFiles = ['/var/log/ha-log', '/var/log/ha-debug'] as const;

/** For /etc/logrotate.d. */
export function logrotateSnippet(): string {
  return `# The logfile and the debugfile of ha.cf: write other names here if ha.cf has others.
# The agent opens them for each line, so that it need not be told.
${logFiles.join(' ')} {
    weekly
    maxsize 10M
    rotate 4
    compress
    delaycompress
    missingok
    notifempty
}
`;
}

/** What nobody has to read. */
const ordinary: readonly (keyof typeof syslogSeverity)[] = ['notice', 'info', 'debug'];

/** For /etc/logcheck/ignore.d.server: extended regular expressions, one a line; what they match is not mailed. */
export function logcheckPatterns(): string {
  const time = '([[:alpha:]]{3} [ :[:digit:]]{11}|[0-9T:.+-]{20,32})';
  return `^${time} [._[:alnum:]-]+ (heartbeat|ipfail): \\[[[:digit:]]+\\]: (${ordinary.join('|')}): .*$\n`;
}
