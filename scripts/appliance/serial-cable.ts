import { NullModem } from '../laboratory/cable.ts';
import { other, type PerSeat, perSeat, SEATS, type Seat } from '../laboratory/seat.ts';
import type { LineInput, ModemLines } from './modem-lines.ts';
import { NULL_MODEM, UNPLUGGED, type Wiring } from './wiring.ts';

const INPUTS: readonly LineInput[] = ['CTS', 'DSR', 'DCD'];

/** What one way of the cable does to bytes. */
interface Way {
  /** They come back to whom they are from. */
  readonly loop: boolean;
  readonly cut: boolean;
  readonly baud: number;
  readonly noise: number;
}

/**
 * A serial cable between two ports, wired in any way, with modem lines and rates: what comes at another rate than the hearing end's is
 * garbage. Bytes for a port that nobody has open are lost, as in any UART; QEMU would keep them, and the box hear them when they are
 * long over. A null modem, until it is told otherwise.
 */
export class SerialCable {
  /** The terminal of each end. */
  readonly ports: PerSeat<string>;
  /** Their numbers in `lines`. */
  readonly ends: PerSeat<number>;
  readonly #bytes: NullModem;
  readonly #lines: ModemLines;
  #wiring: Wiring = NULL_MODEM;
  #noise = 0;
  #fastest = Number.POSITIVE_INFINITY;
  #limit = Number.POSITIVE_INFINITY;
  readonly #ways = perSeat<Way | null>(() => null);
  /** One change after the other. */
  #changes: Promise<void> = Promise.resolve();

  private constructor(bytes: NullModem, lines: ModemLines) {
    this.ports = bytes.ports;
    this.#bytes = bytes;
    this.#lines = lines;
    this.ends = perSeat(() => lines.newEnd());
    this.#join();
  }

  /** `baud`: of a port that was not opened yet. */
  static async lay(lines: ModemLines, baud: number): Promise<SerialCable> {
    return new SerialCable(await NullModem.lay(baud), lines);
  }

  /** Put this cable, or plug, in. */
  async plug(wiring: Wiring): Promise<void> {
    this.#wiring = wiring;
    this.#join();
    await this.look();
  }

  /** Out. */
  cut(): Promise<void> {
    return this.plug(UNPLUGGED);
  }

  /** A null modem, as good as new. */
  mend(): Promise<void> {
    this.#noise = 0;
    this.#limit = Number.POSITIVE_INFINITY;
    this.#fastest = Number.POSITIVE_INFINITY;
    return this.plug(NULL_MODEM);
  }

  /** It carries no more than so many bits per second. */
  slow(baud: number): Promise<void> {
    this.#fastest = baud;
    return this.look();
  }

  /** It is too long for rates above this one: what comes at them is garbage. */
  limit(baud: number): Promise<void> {
    this.#limit = baud;
    return this.look();
  }

  /** Garble each byte with this probability, 0 to 1. */
  noise(probability: number): Promise<void> {
    this.#noise = probability;
    return this.look();
  }

  /** Somebody who is no machine opens a port. */
  open(seat: Seat, baud: number): Promise<void> {
    this.#lines.raise(this.ends[seat], baud);
    return this.look();
  }

  /** He closes it; or a machine in a reset. */
  drop(seat: Seat): void {
    this.#lines.drop(this.ends[seat]);
  }

  /** A machine lost its power: its port forgets its settings and all that waited in it. */
  async powerless(seat: Seat): Promise<void> {
    this.drop(seat);
    await this.#bytes.reset(seat);
  }

  /** See what the ports are set to; who has his open is not told otherwise. */
  look(): Promise<void> {
    this.#changes = this.#changes.then(async () => {
      for (const seat of SEATS) {
        const way = this.#way(seat);
        if (isSame(way, this.#ways[seat])) continue;
        this.#ways[seat] = way;
        await this.#bytes.set(seat, way);
      }
    });
    return this.#changes;
  }

  async close(): Promise<void> {
    await this.#changes;
    await this.#bytes.close();
  }

  #way(from: Seat): Way {
    const wires = this.#wiring.filter((wire) => wire.from[0] === from && wire.from[1] === 'TXD');
    const loop = wires.some(({ to }) => to[0] === from);
    const hearing = this.ends[loop ? from : other(from)];
    const rate = this.#lines.rate(this.ends[from]) || this.#bytes.baud;
    return {
      loop,
      cut: wires.length === 0 || !this.#lines.isOpen(hearing),
      baud: Math.min(rate, this.#fastest),
      noise: rate === this.#lines.rate(hearing) && rate <= this.#limit ? this.#noise : 1,
    };
  }

  #join(): void {
    for (const seat of SEATS)
      for (const input of INPUTS) {
        const wires = this.#wiring.filter(({ to }) => to[0] === seat && to[1] === input);
        const outputs = wires.flatMap(({ from: [end, pin] }) =>
          pin === 'TXD' ? [] : [[this.ends[end], pin] as const],
        );
        this.#lines.join(this.ends[seat], input, outputs);
      }
  }
}

function isSame(one: Way, two: Way | null): boolean {
  return (
    two !== null &&
    one.loop === two.loop &&
    one.cut === two.cut &&
    one.baud === two.baud &&
    one.noise === two.noise
  );
}
