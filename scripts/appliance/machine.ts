import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from '../build/target.ts';
import { ended, inside, start } from '../laboratory/command.ts';
import type { Seat } from '../laboratory/seat.ts';
import { until } from '../laboratory/wait.ts';
import { LINES } from './image.ts';
import { backendOf, machineWords } from './machine-words.ts';
import type { ModemLines } from './modem-lines.ts';
import type { Wire } from './network.ts';
import { PREFERRED, prefer } from './preference.ts';
import { openSocket, Qmp } from './qmp.ts';
import type { SerialCable } from './serial-cable.ts';
import { Shell } from './shell.ts';

/** Milliseconds for QEMU's sockets to appear. */
const START_LIMIT = 20_000;

export interface Place {
  readonly seat: Seat;
  readonly architecture: Architecture;
  /** For the machine's sockets and logs. */
  readonly directory: string;
  readonly namespace: string;
  readonly serial: SerialCable;
  /** For a technician's. */
  readonly laptop: SerialCable;
  readonly lines: ModemLines;
}

/** One appliance: QEMU with two network cards, a null modem, a technician's port, a watchdog card, and a root that nobody writes to. */
export class Machine {
  readonly seat: Seat;
  readonly #place: Place;
  #qemu: ChildProcess | undefined;
  #qmp: Qmp | undefined;
  #shell: Shell | undefined;
  #console: Shell | undefined;
  #isSlow = false;
  /** When the watchdog card last reset the box, in milliseconds of the monotonic clock; null: never since its power came on. */
  watchdogAt: number | null = null;

  constructor(place: Place) {
    this.#place = place;
    this.seat = place.seat;
  }

  get powered(): boolean {
    return this.#qemu !== undefined && this.#qemu.exitCode === null && this.#qemu.signalCode === null;
  }

  /** The laboratory's shell in the box; it answers from the end of the boot on. */
  get shell(): Shell {
    if (this.#shell === undefined) throw new Error(`${this.seat} has no power`);
    return this.#shell;
  }

  /** What a technician has on the box's serial console. */
  get console(): Shell {
    if (this.#console === undefined) throw new Error(`${this.seat} has no power`);
    return this.#console;
  }

  /** Power on; the box boots by itself. `clock`: what its battery clock says, as QEMU takes it; else the right time. */
  async powerOn(clock = 'utc'): Promise<void> {
    if (this.powered) throw new Error(`${this.seat} has power already`);
    const { seat, architecture, serial, laptop, namespace, lines } = this.#place;
    for (const cable of this.#cables) await cable.powerless(seat);
    this.#isSlow = false;
    this.watchdogAt = null;
    const environment = {
      LD_PRELOAD: LINES,
      TWINBEAT_LINES: lines.path,
      TWINBEAT_PORTS: this.#cables.map(({ ports, ends }) => `${ports[seat]}=${ends[seat]}`).join(),
    };
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const file = (name: string): string => this.file(name);
    const ports = { serial: serial.ports[seat], laptop: laptop.ports[seat] };
    const words = machineWords({ seat, architecture, ports, clock, file });
    const output = openSync(this.file('qemu'), 'a');
    const sockets = ['qmp', 'shell', 'serial'].map(file);
    for (const socket of sockets) rmSync(socket, { force: true });
    try {
      this.#qemu = start([...inside(namespace), ...PREFERRED, 'env', ...variables, ...words], output);
      this.#qemu.unref();
      prefer(this.#qemu.pid);
    } finally {
      closeSync(output);
    }
    await until(
      `the sockets of ${seat}'s QEMU (${this.file('qemu')} says why not)`,
      () => this.powered && sockets.every((path) => existsSync(path)),
      START_LIMIT,
    );
    this.#qmp = await Qmp.open(this.file('qmp'), (event) => this.#happened(event));
    this.#shell = new Shell(await openSocket(file('shell')));
    this.#console = new Shell(await openSocket(file('serial')));
    await this.#qmp.do('cont');
  }

  /** Pull the plug. */
  async powerOff(): Promise<void> {
    this.#qemu?.kill('SIGKILL');
    await this.gone(5000);
  }

  /** Wait for QEMU's end; a box that shuts down ends it itself. Limit in milliseconds. */
  async gone(limit: number): Promise<void> {
    if (this.#qemu !== undefined && !(await ended(this.#qemu, limit)))
      throw new Error(`${this.seat} is still on after ${limit / 1000} s`);
    this.#qmp?.close();
    this.#shell?.close();
    this.#shell = undefined;
    this.#console?.close();
    this.#console = undefined;
    for (const cable of this.#cables) await cable.powerless(this.seat);
  }

  /** Everything stands still, the box's clock too, as if it had never been. */
  async freeze(): Promise<void> {
    await this.#do('stop');
  }

  async thaw(): Promise<void> {
    await this.#do('cont');
  }

  /** The whole emulation sleeps; on waking the box's clock has gone on, and with it its watchdog card. */
  sleep(): void {
    this.#qemu?.kill('SIGSTOP');
  }

  wake(): void {
    this.#qemu?.kill('SIGCONT');
  }

  /** The reset button. */
  async reset(): Promise<void> {
    await this.#do('system_reset');
  }

  /** Whether a network card sees a carrier. */
  async carrier(wire: Wire, up: boolean): Promise<void> {
    await this.#do('set_link', { name: wire, up });
  }

  /** Frames wait in the cable, in both directions, for up to so many milliseconds; 0: no longer. */
  async delay(wire: Wire, most: number): Promise<void> {
    const id = `${wire}-delay`;
    if (this.#isSlow) await this.#do('object-del', { id });
    this.#isSlow = most > 0;
    const filter = { 'qom-type': 'filter-buffer', id, netdev: backendOf(wire), interval: most * 1000 };
    if (this.#isSlow) await this.#do('object-add', filter);
  }

  file(name: string): string {
    return join(this.#place.directory, `${this.seat}-${name}`);
  }

  get #cables(): readonly SerialCable[] {
    return [this.#place.serial, this.#place.laptop];
  }

  async #do(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<void> {
    if (this.#qmp === undefined || !this.powered) throw new Error(`${this.seat} has no power`);
    await this.#qmp.do(command, args);
  }

  #happened(event: string): void {
    if (event === 'WATCHDOG') this.watchdogAt = Number(process.hrtime.bigint()) / 1e6;
    // QEMU keeps them until the new kernel looks for its ports.
    if (event === 'RESET') for (const cable of this.#cables) cable.drop(this.seat);
  }
}
