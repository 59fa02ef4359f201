import type { LogConfig } from '../config/config.ts';
import { EventRing, type LogEvent } from './event-ring.ts';
import { formatFileLine, formatSyslogText, type LogEntry } from './format.ts';
import { highestDebug, type Level, type SyslogSeverity, syslogSeverity } from './level.ts';
import { LineWriter } from './line-writer.ts';
import { fileSink, type LineSink, stderrSink } from './sink.ts';

/** The system log under one ident. It neither blocks nor throws. */
export interface SyslogTarget {
  write(severity: SyslogSeverity, text: string): void;
  close(): void;
}

export interface LoggerOptions {
  /** This node's name, as lines show it. */
  readonly node: string;
  readonly targets: LogConfig;
  readonly pid?: number;
  readonly now?: () => Date;
  /** Default: the process's own stderr. */
  readonly stderr?: LineSink;
  /** Opens the system log; called once for each entity, and only where `targets.facility` is set. */
  readonly openSyslog: (facility: string, ident: string) => SyslogTarget;
}

/** How many events `status` shows at most (StatusReport.events). */
const eventCapacity = 50;

/**
 * Log lines to every target of ha.cf and to stderr (spec logs-and-tools.md 1). `log` never blocks and never
 * throws; what a target cannot take is counted, and told in its place once the target works again.
 */
export class Logger {
  readonly #options: LoggerOptions;
  readonly #now: () => Date;
  readonly #pid: number;
  readonly #ring = new EventRing(eventCapacity);
  /** Get everything but debug. */
  readonly #writers: readonly LineWriter[];
  readonly #debugWriter: LineWriter | undefined;
  readonly #syslog = new Map<string, SyslogTarget>();
  #debug: number;

  constructor(options: LoggerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
    this.#pid = options.pid ?? process.pid;
    const { logfile, debugfile, debug } = options.targets;
    this.#debug = debug;
    const writers = [this.#writer(options.stderr ?? stderrSink())];
    // One file named twice gets each line once.
    if (logfile !== undefined && logfile !== debugfile) writers.push(this.#writer(fileSink(logfile)));
    this.#writers = writers;
    if (debugfile !== undefined) this.#debugWriter = this.#writer(fileSink(debugfile));
  }

  /** From 0, nothing for developers, to the highest. */
  get debug(): number {
    return this.#debug;
  }

  set debug(level: number) {
    this.#debug = Math.min(Math.max(level, 0), highestDebug);
  }

  /** `entity`: who speaks, as in `heartbeat: [PID]: info: ...`. Debug goes to the debug file alone, from level 1 on. */
  log(level: Level, text: string, entity = 'heartbeat'): void {
    if (level === 'debug' && this.#debug === 0) return;
    const entry = this.#entry(level, text, entity);
    const { syslogFormat } = this.#options.targets;
    this.#debugWriter?.write(formatFileLine(entry, syslogFormat, true));
    if (level === 'debug') return;
    const line = formatFileLine(entry, syslogFormat);
    for (const writer of this.#writers) writer.write(line);
    this.#ring.add({ time: entry.at.toISOString(), level, text });
    this.#syslogFor(entity)?.write(syslogSeverity[level], formatSyslogText(entry));
  }

  /** The newest lines above debug, oldest first. */
  events(): readonly LogEvent[] {
    return this.#ring.list();
  }

  /** Writes out what waits, for `limit` milliseconds at most: a dead disk must not hold up a stop. */
  async close(limit = 2000): Promise<void> {
    await this.flush(limit);
    for (const target of this.#syslog.values()) target.close();
    this.#syslog.clear();
  }

  /** As `close`, and the log goes on. */
  async flush(limit = 2000): Promise<void> {
    const writers = this.#debugWriter ? [...this.#writers, this.#debugWriter] : this.#writers;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limit);
    });
    await Promise.race([late, Promise.all(writers.map((writer) => writer.flush()))]);
    clearTimeout(timer);
  }

  #syslogFor(entity: string): SyslogTarget | undefined {
    const { targets, openSyslog } = this.#options;
    if (targets.facility === undefined) return undefined;
    const target = this.#syslog.get(entity) ?? openSyslog(targets.facility, entity);
    this.#syslog.set(entity, target);
    return target;
  }

  #entry(level: Level, text: string, entity: string): LogEntry {
    return { at: this.#now(), node: this.#options.node, entity, pid: this.#pid, level, text };
  }

  #writer(sink: LineSink): LineWriter {
    return new LineWriter({
      sink,
      lost: (count) =>
        formatFileLine(
          this.#entry(
            'WARN',
            `${count} log line(s) lost here: ${sink.name} was too slow or broken`,
            'heartbeat',
          ),
          this.#options.targets.syslogFormat,
        ),
      // To every target: the others, stderr first of all, are where it will be seen.
      complain: (text) => this.log('ERROR', text),
    });
  }
}
