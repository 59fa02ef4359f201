import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CROSSOVER_ADDRESS, CROSSOVER_ADDRESS6, VIRTUAL_ADDRESS } from './network.ts';
import { other, SEATS, type Seat } from './seat.ts';

/** What a pair's files say. Times in milliseconds. Both nodes get the same but for the peer's address. */
export interface PairSettings {
  readonly keepalive: number;
  readonly deadtime: number;
  readonly warntime: number;
  readonly initdead: number;
  readonly baud: number;
  readonly autoFailback: 'on' | 'off' | 'legacy';
  readonly media: readonly ('serial' | 'ucast' | 'bcast' | 'mcast' | 'ucast6' | 'mcast6')[];
  /** Further lines of ha.cf, as written. */
  readonly directives: readonly string[];
  /** Further lines of twinbeat.cf, as written; its first keeps alarms from this machine's own console. */
  readonly twinbeat: readonly string[];
  /** The whole authkeys file. */
  readonly authkeys: string;
  /** The whole haresources file. */
  readonly haresources: string;
}

/** The key of the first group: its first resource as written. */
export const GROUP = `IPaddr::${VIRTUAL_ADDRESS}/24/eth0`;

/** What is not asked for is as in the scenario that the project is judged by. */
export function settingsOf(wishes: Partial<PairSettings> = {}): PairSettings {
  const deadtime = wishes.deadtime ?? 5000;
  return {
    keepalive: 1000,
    deadtime,
    warntime: Math.ceil(deadtime / 2),
    initdead: 2 * deadtime,
    baud: 19200,
    autoFailback: 'on',
    media: ['serial', 'ucast'],
    directives: [],
    twinbeat: [],
    authkeys: 'auth 1\n1 sha1 only-for-the-laboratory\n',
    haresources: `nodea ${GROUP}\n`,
    ...wishes,
  };
}

/** Write the configuration files for a node whose serial port is `port`; they log to `logfile`. */
export function writeSettings(
  directory: string,
  seat: Seat,
  port: string,
  logfile: string,
  settings: PairSettings,
): void {
  mkdirSync(directory, { recursive: true });
  const files = {
    'ha.cf': `${haCf(seat, port, logfile, settings).join('\n')}\n`,
    authkeys: settings.authkeys,
    haresources: settings.haresources,
    'twinbeat.cf': `${['bell off', ...settings.twinbeat].join('\n')}\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    // An agent may be reading them: each is as before, or whole.
    const path = join(directory, name);
    writeFileSync(`${path}.new`, text, { mode: name === 'authkeys' ? 0o600 : 0o644 });
    renameSync(`${path}.new`, path);
  }
}

function haCf(seat: Seat, port: string, logfile: string, settings: PairSettings): string[] {
  const media = {
    serial: `serial ${port}`,
    ucast: `ucast x0 ${CROSSOVER_ADDRESS[other(seat)]}`,
    bcast: 'bcast x0',
    mcast: 'mcast x0 225.0.0.1 694 1 0',
    ucast6: `ucast6 x0 ${CROSSOVER_ADDRESS6[other(seat)]}`,
    mcast6: 'mcast6 x0 ff02::694 694 1 0',
  };
  return [
    `logfile ${logfile}`,
    `keepalive ${settings.keepalive}ms`,
    `deadtime ${settings.deadtime}ms`,
    `warntime ${settings.warntime}ms`,
    `initdead ${settings.initdead}ms`,
    'udpport 694',
    `baud ${settings.baud}`,
    ...settings.media.map((medium) => media[medium]),
    `auto_failback ${settings.autoFailback}`,
    `node ${SEATS.join(' ')}`,
    ...settings.directives,
  ];
}
