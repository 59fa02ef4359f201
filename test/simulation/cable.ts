import type { MediumKind } from '../../firmware-agent/core/state.ts';
import type { Framing } from '../../firmware-agent/wire/envelope.ts';
import { FrameQueue } from '../../hw/frame-queue.ts';
import type { Random } from '../unit/support/random.ts';
import type { Clockwork } from './clockwork.ts';
import { damaged } from './damage.ts';
import type { Frame } from './frames.ts';
import { type NodeName, other } from './node-name.ts';

export interface CableOptions {
  readonly name: string;
  readonly medium: MediumKind;
  readonly framing: Framing;
  /** Milliseconds that a frame takes, beyond its time on a serial line. */
  readonly delay: number;
  /** Bits per second of a serial line; null: a frame takes no time of the line. */
  readonly baud: number | null;
}

/** What is wrong with one direction of a cable; as a healthy one is made. */
export class Ailments {
  /** How many faults cut it. */
  cuts = 0;
  /** Of 100 frames so many are lost, damaged, or come twice. */
  loss = 0;
  corruption = 0;
  duplication = 0;
  /** Milliseconds more for every frame, and up to so many more by chance: frames overtake one another. */
  delay = 0;
  jitter = 0;
  /** A serial line is so many times slower. */
  slowness = 1;
}

/** As many frames wait for a serial port as in `hw/serial.ts`. */
const waitingFrames = 64;

/** What comes out of a cable: a frame as it was sent, or what a fault left of it. */
export type Arrival = (to: NodeName, cable: CableOptions, arrived: Frame | Uint8Array) => void;

/** One direction of a cable. */
export class Direction {
  readonly ailments = new Ailments();
  readonly #cable: CableOptions;
  readonly #to: NodeName;
  readonly #clock: Clockwork;
  readonly #random: Random;
  readonly #arrive: Arrival;
  readonly #queue = new FrameQueue(waitingFrames);
  /** The frames that wait, by the bytes that stand for them in the queue. */
  readonly #frames = new WeakMap<Uint8Array, Frame>();
  #busy = false;

  constructor(cable: CableOptions, to: NodeName, clock: Clockwork, random: Random, arrive: Arrival) {
    this.#cable = cable;
    this.#to = to;
    this.#clock = clock;
    this.#random = random;
    this.#arrive = arrive;
  }

  /** As a link of `hw`: of the frames of one slot that wait for a slow line only the newest stays. */
  send(frame: Frame, slot?: string): void {
    const { baud } = this.#cable;
    if (baud === null) {
      if (this.ailments.cuts === 0) this.#carry(frame);
      return;
    }
    if (!this.#busy) {
      this.#transmit(frame, baud);
      return;
    }
    const bytes = frame.bytes('netstring');
    this.#frames.set(bytes, frame);
    this.#queue.push(bytes, slot);
  }

  /** The sender lost power: what waited in it is gone. */
  clear(): void {
    this.#queue.clear();
  }

  /** The time on the line is reckoned from the netstring, which is sealed anyway and a little longer than the line's own text. */
  #transmit(frame: Frame, baud: number): void {
    this.#busy = true;
    const lineTime = (frame.bytes('netstring').length * 10_000 * this.ailments.slowness) / baud;
    this.#clock.plan(this.#clock.now + lineTime, () => {
      if (this.ailments.cuts === 0) this.#carry(frame);
      this.#pump(baud);
    });
  }

  /** The line is free: the next frame that waits. */
  #pump(baud: number): void {
    const bytes = this.#queue.shift();
    const frame = bytes && this.#frames.get(bytes);
    if (frame) this.#transmit(frame, baud);
    else this.#busy = false;
  }

  #carry(frame: Frame): void {
    const { loss, duplication } = this.ailments;
    if (this.#happens(loss)) return;
    this.#fly(frame);
    if (this.#happens(duplication)) this.#fly(frame);
  }

  #fly(sent: Frame): void {
    const { corruption, delay, jitter } = this.ailments;
    const isHurt = this.#happens(corruption);
    const arrived = isHurt ? damaged(sent.bytes(this.#cable.framing), this.#random) : sent;
    const time = this.#cable.delay + delay + (jitter > 0 ? this.#random.below(jitter) : 0);
    this.#clock.plan(this.#clock.now + time, () => {
      if (this.ailments.cuts === 0) this.#arrive(this.#to, this.#cable, arrived);
    });
  }

  #happens(percent: number): boolean {
    return percent > 0 && this.#random.below(100) < percent;
  }
}

/** Two directions, each with faults of its own. */
export class Cable {
  readonly options: CableOptions;
  readonly #from: Readonly<Record<NodeName, Direction>>;

  constructor(options: CableOptions, clock: Clockwork, random: Random, arrive: Arrival) {
    this.options = options;
    const direction = (from: NodeName) => new Direction(options, other(from), clock, random, arrive);
    this.#from = { nodea: direction('nodea'), nodeb: direction('nodeb') };
  }

  from(node: NodeName): Direction {
    return this.#from[node];
  }
}
