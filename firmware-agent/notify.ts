import { monotonic } from '../hw/clock.ts';
import { sendDatagram } from '../hw/datagram.ts';
import { errorText } from '../hw/error.ts';
import type { State } from './core/state.ts';

/** What systemd tells a service in its environment (sd_notify(3), sd_watchdog_enabled(3)). */
const names = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const;

export type ServiceVariables = Readonly<Record<string, string>>;

/** Asked for once, as early as can be, so that no child inherits them; the program that takes this one's place needs them. */
export function serviceVariables(): ServiceVariables {
  const found = names.flatMap((name) => {
    const value = process.env[name];
    delete process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(found);
}

/** Words that the manager has to hear and could not be told yet; more than that, and the oldest go. */
const mostUnsent = 4;

export interface ServiceManagerOptions {
  readonly variables: ServiceVariables;
  readonly log: (level: 'WARN', text: string) => void;
  /** For tests. */
  readonly send?: (socket: string, text: string) => void;
  readonly now?: () => number;
}

/**
 * Tells systemd, where it started this program, how it stands. Nothing here blocks or throws: a manager that cannot be
 * told is logged once, and told at the next heartbeat.
 */
export class ServiceManager {
  readonly #socket: string | undefined;
  /** Milliseconds between two signs of life; undefined: none are waited for. */
  readonly #interval: number | undefined;
  readonly #options: Required<ServiceManagerOptions>;
  #unsent: string[] = [];
  #status = '';
  #lastAlive = Number.NEGATIVE_INFINITY;
  #isBroken = false;

  constructor(options: ServiceManagerOptions) {
    this.#options = { send: sendDatagram, now: monotonic, ...options };
    const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = options.variables;
    this.#socket = NOTIFY_SOCKET;
    const isMeant = WATCHDOG_PID === undefined || WATCHDOG_PID === String(process.pid);
    const limit = isMeant ? Number(WATCHDOG_USEC) / 1000 : 0;
    // Half of it would do; a quarter leaves room for one that is late.
    this.#interval = limit > 0 ? limit / 4 : undefined;
  }

  /** The agent answers, with its files as they are now. */
  ready(): void {
    this.#tell('READY=1');
  }

  reloading(): void {
    const microseconds = process.hrtime.bigint() / 1000n;
    this.#tell(`RELOADING=1\nMONOTONIC_USEC=${microseconds}`);
  }

  stopping(): void {
    this.#tell('STOPPING=1');
  }

  /** One line for `systemctl status`; told when it differs from the last. */
  status(line: string): void {
    if (line === this.#status) return;
    this.#status = line;
    this.#tell(`STATUS=${line}`);
  }

  /** At each healthy heartbeat; told four times as often as it must be, or as often as there are heartbeats. */
  alive(): void {
    const { now } = this.#options;
    if (this.#unsent.length > 0) this.#flush();
    if (this.#interval === undefined || now() - this.#lastAlive < this.#interval) return;
    if (this.#send('WATCHDOG=1')) this.#lastAlive = now();
  }

  #tell(text: string): void {
    if (this.#socket === undefined) return;
    this.#unsent = [...this.#unsent, text].slice(-mostUnsent);
    this.#flush();
  }

  /** In their order. */
  #flush(): void {
    while (this.#unsent[0] !== undefined && this.#send(this.#unsent[0])) this.#unsent.shift();
  }

  #send(text: string): boolean {
    if (this.#socket === undefined) return true;
    try {
      this.#options.send(this.#socket, text);
      this.#isBroken = false;
      return true;
    } catch (error) {
      if (!this.#isBroken) {
        const why = errorText(error);
        this.#options.log('WARN', `The service manager cannot be told: ${why}`);
      }
      this.#isBroken = true;
      return false;
    }
  }
}

/** How this node stands, in a line. */
export function standing({ settings, status, resources, peer }: State): string {
  return `${settings.self} is ${status} and holds ${resources.holds}; ${settings.peer} is ${peer.status}.`;
}
