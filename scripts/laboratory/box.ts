import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { NullModem } from './cable.ts';
import { attempt, COMMAND_LIMIT, inside, type Outcome, start } from './command.ts';
import { type Network, processes } from './network.ts';
import type { Seat } from './seat.ts';
import { signal } from './sweep.ts';
import { until } from './wait.ts';

/** One machine of the pair without its software: a namespace, a directory, two network plugs and a serial port. */
export class Box {
  readonly seat: Seat;
  /** All that the box keeps on its disk. */
  readonly directory: string;
  readonly network: Network;
  readonly serial: NullModem;
  #powered = false;

  constructor(seat: Seat, directory: string, network: Network, serial: NullModem) {
    this.seat = seat;
    this.directory = directory;
    this.network = network;
    this.serial = serial;
    mkdirSync(directory, { recursive: true });
  }

  get powered(): boolean {
    return this.#powered;
  }

  get namespace(): string {
    return this.network.namespace(this.seat);
  }

  /** Like a boot until the first service starts: own addresses only, and the LAN's carrier is there. */
  async powerOn(): Promise<void> {
    if (this.#powered) throw new Error(`${this.seat} has power already`);
    await this.serial.reset(this.seat);
    await this.network.powerOn(this.seat);
    this.#powered = true;
    const what = `a carrier on the LAN port of ${this.seat}`;
    // A LAN port without a cable has none: the box boots all the same.
    await until(what, () => this.network.carrier(this.seat, 'eth0'), 2000).catch(() => undefined);
  }

  /** Pull the plug: nothing runs any more, nor sees that the carriers go; a box without power answers nobody. */
  async powerOff(): Promise<void> {
    this.#powered = false;
    await this.freeze();
    await this.network.powerOff(this.seat);
    await until(
      `the end of all that runs on ${this.seat}`,
      async () => (await this.#signal('SIGKILL')) === 0,
      5000,
    );
    await this.serial.reset(this.seat);
  }

  /** Stop all that runs on the box; its kernel goes on answering for its addresses. */
  async freeze(): Promise<void> {
    await this.#signal('SIGSTOP');
  }

  async thaw(): Promise<void> {
    await this.#signal('SIGCONT');
  }

  /** Start a long-running command on the box, its output appended to a file in the box's directory. */
  start(argv: readonly string[], output: string): ChildProcess {
    const file = openSync(join(this.directory, output), 'a');
    try {
      return start([...inside(this.namespace), ...argv], file);
    } finally {
      closeSync(file);
    }
  }

  /** Run a command on the box to its end. */
  run(argv: readonly string[], limit = COMMAND_LIMIT): Promise<Outcome> {
    return attempt([...inside(this.namespace), ...argv], '', limit);
  }

  async #signal(name: NodeJS.Signals): Promise<number> {
    const pids = await processes(this.namespace);
    for (const pid of pids) signal(pid, name);
    return pids.length;
  }
}
