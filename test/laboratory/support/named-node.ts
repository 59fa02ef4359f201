import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../../../scripts/laboratory/box.ts';
import type { Outcome } from '../../../scripts/laboratory/command.ts';
import { Machine, type Mount } from '../../../scripts/laboratory/machine.ts';
import { EXECUTABLE } from '../../../scripts/laboratory/node.ts';
import { type PairSettings, writeSettings } from '../../../scripts/laboratory/settings.ts';
import { COMMAND_NAMES, type CommandName } from '../../recorded/questions.ts';
import type { AskedNode } from '../../recorded/states.ts';

/** What of /etc/ha.d belongs to Debian's package: its resource scripts, and what its commands need. */
const PACKAGE_FILES = ['harc', 'rc.d', 'resource.d', 'shellfuncs'];

/** Where Debian's init script looks for it. */
export const DAEMON = '/usr/libexec/heartbeat/heartbeat';

/** Longer than a graceful stop takes. */
const LIMIT = 40_000;

const SETUP = `
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/resource-agents`;

/** Why a machine cannot be made in which everything is where Heartbeat has it; null: it can. */
export function withoutPackage(): string | null {
  const places = ['/etc/ha.d/shellfuncs', '/var/lib/heartbeat', '/usr/share/heartbeat/hb_standby', DAEMON];
  const gone = places.filter((place) => !existsSync(place));
  return gone.length === 0 ? null : `Debian's package heartbeat is not here: no ${gone.join(', ')}`;
}

/**
 * A machine on which the executable has Heartbeat's names and every file is where Heartbeat has it: no command needs to be told.
 */
export class NamedNode implements AskedNode {
  readonly box: Box;
  readonly stateDirectory: string;
  readonly #machine: Machine;
  readonly #configDirectory: string;
  readonly #names: string;

  /** `more`: what else is its own on this machine. */
  constructor(box: Box, settings: PairSettings, more: readonly Mount[] = []) {
    this.box = box;
    this.#configDirectory = join(box.directory, 'ha.d');
    this.stateDirectory = join(box.directory, 'state');
    this.#names = join(box.directory, 'bin');
    for (const directory of [this.#configDirectory, this.stateDirectory, this.#names])
      mkdirSync(directory, { recursive: true });
    for (const name of PACKAGE_FILES)
      cpSync(join('/etc/ha.d', name), join(this.#configDirectory, name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    for (const name of COMMAND_NAMES) symlinkSync(EXECUTABLE, join(this.#names, name));
    this.#machine = new Machine(
      box,
      [
        { from: this.#configDirectory, place: '/etc/ha.d' },
        { from: this.stateDirectory, place: '/var/lib/heartbeat' },
        { from: EXECUTABLE, place: DAEMON },
        ...more,
      ],
      SETUP,
    );
    this.writeSettings(settings);
  }

  writeSettings(settings: PairSettings): void {
    const { seat, serial } = this.box;
    writeSettings(
      this.#configDirectory,
      seat,
      serial.ports[seat],
      join(this.box.directory, 'ha-log'),
      settings,
    );
  }

  /** Power on, and start no daemon. */
  async power(): Promise<void> {
    await this.box.powerOn();
    await this.#machine.boot();
  }

  /** Power on, and start the daemon as an init script does. */
  async boot(): Promise<void> {
    await this.power();
    const { code, stderr } = await this.ask('heartbeat');
    if (code !== 0) throw new Error(`heartbeat on ${this.box.seat}: exit ${code}: ${stderr}`);
  }

  /** Start the daemon as systemd does; the machine has power. */
  startForeground(): void {
    this.#machine.start([join(this.#names, 'heartbeat'), '-f'], 'said').unref();
  }

  kill(): Promise<void> {
    return this.box.powerOff();
  }

  ask(name: CommandName, ...words: string[]): Promise<Outcome> {
    return this.command(join(this.#names, name), ...words);
  }

  /** Run any command on the machine. */
  command(...argv: string[]): Promise<Outcome> {
    return this.#machine.run(argv, LIMIT);
  }
}
