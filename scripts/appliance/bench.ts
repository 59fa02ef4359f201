import type { Architecture } from '../build/target.ts';
import { Client } from '../laboratory/client.ts';
import { VIRTUAL_ADDRESS } from '../laboratory/network.ts';
import { type PerSeat, perSeat, SEATS, type Seat } from '../laboratory/seat.ts';
import { atEnd, newDirectory, newPrefix, sweep } from '../laboratory/sweep.ts';
import { Asker, PACE } from './asker.ts';
import { Crossover } from './crossover.ts';
import { Machine } from './machine.ts';
import { ModemLines } from './modem-lines.ts';
import { layNetwork } from './network.ts';
import { SerialCable } from './serial-cable.ts';
import { BAUD, CONSOLE_BAUD } from './settings.ts';

/** Milliseconds between two looks at what the ends of the serial cables are set to, and who has his open. */
const PORT_LOOK = 10;

export type Cable = 'serial' | 'crossover';
export const CABLES: readonly Cable[] = ['serial', 'crossover'];

/** Two appliances, their cables, and the two who look on from the LAN. Everything goes with the process at the latest. */
export class Bench {
  readonly directory: string;
  readonly machines: PerSeat<Machine>;
  readonly serial: SerialCable;
  /** Those of the technician's laptop, whose end is the other seat's. */
  readonly laptops: PerSeat<SerialCable>;
  readonly client: Client;
  readonly asker: Asker;
  readonly crossover: Crossover;
  readonly #lines: ModemLines;
  readonly #prefix: string;
  readonly #forget: () => void;
  readonly #ports: NodeJS.Timeout;

  private constructor(
    parts: Pick<Bench, 'directory' | 'serial' | 'laptops' | 'client' | 'asker'>,
    lines: ModemLines,
    architectures: PerSeat<Architecture>,
    prefix: string,
    forget: () => void,
  ) {
    this.directory = parts.directory;
    this.serial = parts.serial;
    this.laptops = parts.laptops;
    this.client = parts.client;
    this.asker = parts.asker;
    this.#prefix = prefix;
    this.#forget = forget;
    this.#lines = lines;
    const place = { directory: this.directory, namespace: `${prefix}-lan`, serial: this.serial, lines };
    this.machines = perSeat(
      (seat) =>
        new Machine({ seat, architecture: architectures[seat], laptop: this.laptops[seat], ...place }),
    );
    this.crossover = new Crossover(place.namespace, this.machines);
    this.#ports = setInterval(() => {
      for (const cable of this.#cables) void cable.look();
    }, PORT_LOOK).unref();
  }

  /** Lay the cables between two boxes without power, with processors of these kinds. */
  static async lay(architectures: PerSeat<Architecture>): Promise<Bench> {
    const prefix = newPrefix();
    const forget = atEnd(() => sweep(prefix));
    const directory = newDirectory(prefix);
    const namespace = `${prefix}-lan`;
    await layNetwork(namespace);
    const lines = new ModemLines(`${directory}/modem-lines`);
    const serial = await SerialCable.lay(lines, BAUD);
    const laptops = {
      nodea: await SerialCable.lay(lines, CONSOLE_BAUD.nodea),
      nodeb: await SerialCable.lay(lines, CONSOLE_BAUD.nodeb),
    };
    const client = await Client.connect(namespace, VIRTUAL_ADDRESS);
    await client.pace(PACE);
    const asker = await Asker.connect(namespace);
    return new Bench({ directory, serial, laptops, client, asker }, lines, architectures, prefix, forget);
  }

  /** Power on; see `Machine.powerOn`. */
  async powerOn(seat: Seat, clock?: string): Promise<void> {
    await this.machines[seat].powerOn(clock);
    await this.crossover.plug();
  }

  /** Pull the plug; the other box loses the crossover's carrier and the modem's lines. */
  async powerOff(seat: Seat): Promise<void> {
    await this.machines[seat].powerOff();
    await this.crossover.plug();
  }

  /** Wait, at most `limit` milliseconds, until a box that shuts down has switched itself off. */
  async switchedOff(seat: Seat, limit: number): Promise<void> {
    await this.machines[seat].gone(limit);
    await this.crossover.plug();
  }

  async cut(cable: Cable): Promise<void> {
    if (cable === 'crossover') await this.crossover.cut();
    else await this.serial.cut();
  }

  /** As good as new. */
  async mend(cable: Cable): Promise<void> {
    await this[cable].mend();
  }

  async close(): Promise<void> {
    clearInterval(this.#ports);
    for (const seat of SEATS) if (this.machines[seat].powered) await this.machines[seat].powerOff();
    await Promise.all([this.client.close(), this.asker.close(), this.crossover.close()]);
    await Promise.all(this.#cables.map((cable) => cable.close()));
    this.#lines.close();
    sweep(this.#prefix);
    this.#forget();
  }

  get #cables(): readonly SerialCable[] {
    return [this.serial, ...Object.values(this.laptops)];
  }
}
