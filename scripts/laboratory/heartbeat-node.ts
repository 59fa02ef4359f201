import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceSet } from '../../firmware-agent/console/control-protocol.ts';
import type { Box } from './box.ts';
import type { Outcome } from './command.ts';
import { LogFile } from './log-file.ts';
import { Machine } from './machine.ts';
import type { PairNode } from './node.ts';
import { other } from './seat.ts';
import { type PairSettings, writeSettings } from './settings.ts';

const DAEMON = '/usr/libexec/heartbeat/heartbeat';
const SCRIPTS = '/usr/share/heartbeat';
/** What of /etc/ha.d belongs to the package: its resource scripts and what runs them. */
const PACKAGE_FILES = ['harc', 'rc.d', 'resource.d', 'shellfuncs'];
const STATE = '/var/lib/heartbeat';

/** Milliseconds for cl_status, which waits 5 s itself at most; and for a graceful end. */
const STATUS_LIMIT = 10_000;
const STOP_LIMIT = 60_000;

/** A fresh /run, as a boot makes it; the daemon makes its socket there itself. */
const SETUP = `
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/resource-agents
install -d -o hacluster -g haclient -m 750 /run/heartbeat /run/heartbeat/ccm /run/heartbeat/crm /run/heartbeat/dopd
install -d -m 1777 /run/heartbeat/rsctmp`;

/** What `cl_status rscstatus` says. */
export const HOLDINGS = ['none', 'local', 'foreign', 'all', 'transition'] as const;
export type HeartbeatHolding = (typeof HOLDINGS)[number];

/** What the daemon's own tool tells of it. */
export interface HeartbeatStatus {
  /** Its own status and what it says of its peer: init, up, active, dead. */
  readonly own: string;
  readonly peer: string;
  readonly holds: HeartbeatHolding | null;
}

/** Throws what to install where the real Heartbeat is missing, or where it cannot run. */
export function needHeartbeat(): void {
  const missing = [DAEMON, join(SCRIPTS, 'hb_standby'), '/usr/bin/cl_status', '/usr/sbin/ifconfig'];
  const gone = missing.filter((file) => !existsSync(file));
  if (gone.length > 0)
    throw new Error(
      `the real Heartbeat is not here (no ${gone.join(', ')}): install Debian's package with ` +
        '`sudo apt-get install --no-install-recommends heartbeat resource-agents cluster-glue net-tools`',
    );
  if (process.getuid?.() !== 0)
    throw new Error('the real Heartbeat runs as root only: `sudo npm run test:interop`');
}

/** A node that runs the real Heartbeat of Debian's package, as it is, on a machine of its own. */
export class HeartbeatNode implements PairNode {
  readonly box: Box;
  readonly settings: PairSettings;
  readonly log: LogFile;
  /** What the daemon says before and besides its log. */
  readonly said: LogFile;
  readonly #machine: Machine;
  readonly #configDirectory: string;

  constructor(box: Box, settings: PairSettings) {
    needHeartbeat();
    this.box = box;
    this.settings = settings;
    this.log = new LogFile(join(box.directory, 'ha-log'));
    this.said = new LogFile(join(box.directory, 'said'));
    this.#configDirectory = join(box.directory, 'ha.d');
    const state = join(box.directory, 'state');
    this.#machine = new Machine(
      box,
      [
        { from: this.#configDirectory, place: '/etc/ha.d' },
        { from: state, place: STATE },
      ],
      SETUP,
    );
    mkdirSync(this.#configDirectory, { recursive: true });
    for (const name of PACKAGE_FILES)
      cpSync(join('/etc/ha.d', name), join(this.#configDirectory, name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    copyDirectories(STATE, state);
    this.writeSettings(settings);
  }

  /** Other files than at the beginning; the daemon finds them at its next start, or at `reload`. */
  writeSettings(settings: PairSettings): void {
    const { seat, serial } = this.box;
    writeSettings(this.#configDirectory, seat, serial.ports[seat], this.log.path, settings);
  }

  async boot(): Promise<void> {
    await this.box.powerOn();
    await this.#machine.boot();
    this.startDaemon();
  }

  kill(): Promise<void> {
    return this.box.powerOff();
  }

  startDaemon(): void {
    const daemon = this.#machine.start(
      ['sh', '-c', `ulimit -l unlimited 2>/dev/null; exec ${DAEMON} -f`],
      'said',
    );
    daemon.unref();
  }

  async crash(): Promise<void> {
    await this.#machine.killAll();
  }

  async stop(): Promise<void> {
    await this.#succeed([DAEMON, '-k'], STOP_LIMIT);
  }

  /** Have it read its files again: keys are taken over as it runs, for a newer ha.cf it restarts and keeps its resources. */
  async reload(): Promise<void> {
    await this.#succeed([DAEMON, '-r']);
  }

  freeze(): Promise<void> {
    return this.box.freeze();
  }

  thaw(): Promise<void> {
    return this.box.thaw();
  }

  async standby(set: ResourceSet = 'all'): Promise<void> {
    await this.#succeed([join(SCRIPTS, 'hb_standby'), set]);
  }

  async takeover(set: ResourceSet = 'all'): Promise<void> {
    await this.#succeed([join(SCRIPTS, 'hb_takeover'), set]);
  }

  /** Run any command on the node's machine. */
  command(...argv: string[]): Promise<Outcome> {
    return this.#machine.run(argv, STATUS_LIMIT);
  }

  /** What the daemon tells; null where none answers. */
  async status(): Promise<HeartbeatStatus | null> {
    const peer = other(this.box.seat);
    // One entry into the machine for the three questions: each answers on a line of its own.
    const ask = [`nodestatus ${this.box.seat}`, `nodestatus ${peer}`, 'rscstatus'];
    const script = ask.map((words) => `echo "$(cl_status ${words} 2>/dev/null)"`).join('; ');
    const { stdout } = await this.command('sh', '-c', script);
    const [own = '', peerStatus = '', holds = ''] = stdout.split('\n');
    if (own === '') return null;
    return { own, peer: peerStatus, holds: HOLDINGS.find((word) => word === holds) ?? null };
  }

  /** What the daemon says of a link of its peer: `up`, `dead`, or null. */
  async link(name: string): Promise<string | null> {
    const { stdout } = await this.command('cl_status', 'hblinkstatus', other(this.box.seat), name);
    return stdout.trim() || null;
  }

  async #succeed(argv: readonly string[], limit?: number): Promise<void> {
    const { code, stdout, stderr } = await this.#machine.run(argv, limit);
    if (code === 0) return;
    throw new Error(`${argv.join(' ')} on ${this.box.seat}: exit ${code}: ${stderr.trim() || stdout.trim()}`);
  }
}

/** The directories below one, empty, owned as they are there. */
function copyDirectories(from: string, to: string): void {
  const { uid, gid, mode } = statSync(from);
  mkdirSync(to, { recursive: true });
  chownSync(to, uid, gid);
  chmodSync(to, mode & 0o7777);
  for (const entry of readdirSync(from, { withFileTypes: true }))
    if (entry.isDirectory()) copyDirectories(join(from, entry.name), join(to, entry.name));
}
