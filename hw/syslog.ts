import { closeSync } from 'node:fs';
import { binding } from './binding.ts';
import { monotonic } from './clock.ts';
import { errorCode } from './error.ts';

const facilities = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;

const severities = { emerg: 0, alert: 1, crit: 2, err: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const;

export type Facility = keyof typeof facilities;
export type Severity = keyof typeof severities;

/** The names that `logfacility` may have. */
export const facilityNames: readonly string[] = Object.keys(facilities);

export interface SyslogOptions {
  /** One of {@link facilityNames}. */
  readonly facility: string;
  /** The line's tag, as in `heartbeat`; what follows `tag: ` is the caller's. */
  readonly ident: string;
  /** The log's socket; /dev/log unless told. */
  readonly path?: string;
  /** Milliseconds between attempts to reach a log that is away; 1000 unless told. */
  readonly retry?: number;
}

export interface SyslogPort {
  /** Sends one line, at once or not at all; never blocks, never throws. */
  write(severity: Severity, text: string): void;
  /** Lines that the log did not take. */
  readonly dropped: number;
  close(): void;
}

/**
 * The system log. A log that is not there (yet, or any more) is looked for again, at most once in `retry`.
 * Throws a RangeError for an unknown facility.
 */
export function openSyslog(options: SyslogOptions): SyslogPort {
  const facility = facilities[options.facility as Facility];
  if (facility === undefined) throw new RangeError(`no syslog facility is called ${options.facility}`);
  return new SyslogSocket(facility, options);
}

class SyslogSocket implements SyslogPort {
  dropped = 0;
  readonly #facility: number;
  readonly #options: SyslogOptions;
  #fd: number | null = null;
  #nextAttempt = -Infinity;
  #closed = false;

  constructor(facility: number, options: SyslogOptions) {
    this.#facility = facility;
    this.#options = options;
  }

  write(severity: Severity, text: string): void {
    const priority = this.#facility * 8 + severities[severity];
    const line = Buffer.from(`<${priority}>${localTime(new Date())} ${this.#options.ident}: ${text}`);
    // A log that was restarted refuses the old connection, not the line: hence the second attempt.
    if (!this.#trySend(line) && !(this.#fd === null && this.#trySend(line))) this.dropped++;
  }

  close(): void {
    this.#closed = true;
    this.#disconnect();
  }

  #trySend(line: Uint8Array): boolean {
    if (this.#fd === null && !this.#connect()) return false;
    if (this.#fd === null) return false;
    try {
      binding().datagramSend(this.#fd, line);
      return true;
    } catch (error) {
      // Full or too long: this line is lost, the connection is not.
      const code = errorCode(error);
      if (code !== 'EAGAIN' && code !== 'ENOBUFS' && code !== 'EMSGSIZE') this.#disconnect();
      return false;
    }
  }

  #connect(): boolean {
    const now = monotonic();
    if (this.#closed || now < this.#nextAttempt) return false;
    this.#nextAttempt = now + (this.#options.retry ?? 1000);
    try {
      this.#fd = binding().datagramOpen(this.#options.path ?? '/dev/log');
      return true;
    } catch {
      // Nowhere to report it to: the lines that are lost are counted.
      return false;
    }
  }

  #disconnect(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time stamp of the C library's syslog(): `Nov  1 08:28:16`. */
function localTime(now: Date): string {
  const clock = [now.getHours(), now.getMinutes(), now.getSeconds()];
  const time = clock.map((part) => String(part).padStart(2, '0')).join(':');
  return `${months[now.getMonth()]} ${String(now.getDate()).padStart(2)} ${time}`;
}
