import type { Architecture } from '../build/target.ts';
import { NullModem } from '../laboratory/cable.ts';
import { Client } from '../laboratory/client.ts';
import { VIRTUAL_ADDRESS } from '../laboratory/network.ts';
import { other, type PerSeat, perSeat, SEATS, type Seat } from '../laboratory/seat.ts';
import { atEnd, newDirectory, newPrefix, sweep } from '../laboratory/sweep.ts';
import { Asker, PACE } from './asker.ts';
import { Crossover } from './crossover.ts';
import { Machine } from './machine.ts';
import { ModemLines } from './modem-lines.ts';
import { layNetwork } from './network.ts';
import { BAUD } from './settings.ts';

/** Milliseconds between two looks at who has his end of the null modem open. */
const PORT_LOOK = 25;

export type Cable = 'serial' | 'crossover';
export const CABLES: readonly Cable[] = ['serial', 'crossover'];

/** Two appliances, their cables, and the two who look on from the LAN. Everything goes with the process at the latest. */
export class Bench {
  readonly directory: string;
  readonly machines: PerSeat<Machine>;
  readonly serial: NullModem;
  readonly client: Client;
  readonly asker: Asker;
  readonly crossover: Crossover;
  readonly #lines: ModemLines;
  readonly #prefix: string;
  readonly #forget: () => void;
  #serialCut = false;
  /** Boxes to which no byte comes. */
  readonly #deaf = perSeat(() => false);
  readonly #ports: NodeJS.Timeout;
  /** One change of the null modem after the other. */
  #changes: Promise<void> = Promise.resolve();

  private constructor(
    parts: Pick<Bench, 'directory' | 'serial' | 'client' | 'asker'>,
    architectures: PerSeat<Architecture>,
    prefix: string,
    forget: () => void,
  ) {
    this.directory = parts.directory;
    this.serial = parts.serial;
    this.client = parts.client;
    this.asker = parts.asker;
    this.#prefix = prefix;
    this.#forget = forget;
    this.#lines = new ModemLines(`${this.directory}/modem-lines`);
    const place = {
      directory: this.directory,
      namespace: `${prefix}-lan`,
      serial: this.serial,
      lines: this.#lines,
    };
    this.machines = perSeat((seat) => new Machine({ seat, architecture: architectures[seat], ...place }));
    this.crossover = new Crossover(place.namespace, this.machines);
    this.#ports = setInterval(() => void this.#join(), PORT_LOOK).unref();
  }

  /** Lay the cables between two boxes without power, with processors of these kinds. */
  static async lay(architectures: PerSeat<Architecture>): Promise<Bench> {
    const prefix = newPrefix();
    const forget = atEnd(() => sweep(prefix));
    const directory = newDirectory(prefix);
    const namespace = `${prefix}-lan`;
    await layNetwork(namespace);
    const serial = await NullModem.lay(BAUD);
    const client = await Client.connect(namespace, VIRTUAL_ADDRESS);
    await client.pace(PACE);
    const asker = await Asker.connect(namespace);
    return new Bench({ directory, serial, client, asker }, architectures, prefix, forget);
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
    else await this.#cutSerial(true);
  }

  /** As good as new. */
  async mend(cable: Cable): Promise<void> {
    if (cable === 'crossover') {
      await this.crossover.mend();
      return;
    }
    await this.#cutSerial(false);
    for (const seat of SEATS) if (!this.#deaf[seat]) await this.serial.mend(other(seat));
  }

  async close(): Promise<void> {
    clearInterval(this.#ports);
    await this.#changes;
    for (const seat of SEATS) if (this.machines[seat].powered) await this.machines[seat].powerOff();
    await Promise.all([this.client.close(), this.asker.close(), this.serial.close(), this.crossover.close()]);
    this.#lines.close();
    sweep(this.#prefix);
    this.#forget();
  }

  async #cutSerial(cut: boolean): Promise<void> {
    this.#serialCut = cut;
    this.#lines.cut(cut);
    await this.#join();
  }

  /**
   * Bytes for a port that nobody has open are lost, as in any UART; QEMU would keep them, and the box hear them when they
   * are long over.
   */
  #join(): Promise<void> {
    this.#changes = this.#changes.then(async () => {
      for (const seat of SEATS) {
        const deaf = this.#serialCut || !this.#lines.isOpen(seat);
        if (deaf === this.#deaf[seat]) continue;
        this.#deaf[seat] = deaf;
        await (deaf ? this.serial.cut(other(seat)) : this.serial.mend(other(seat)));
      }
    });
    return this.#changes;
  }
}
