import type { Bench, Input, Output } from '../../../firmware-agent/doctor/bench.ts';
import { block, PatternCounter } from '../../../firmware-agent/doctor/pattern.ts';

export type End = 'here' | 'there';
/** An output of an end, or its TXD, and what it reaches: an input of an end, or its RXD. */
export type Wire = readonly [from: End, pin: Output | 'TXD', to: End, pin: Input | 'RXD'];

export interface CableWishes {
  readonly wires: readonly Wire[];
  /** From this rate on nothing comes through. */
  readonly limit?: number;
  /** Every so many bytes one is garbled. */
  readonly noise?: number;
  /** Ports without modem lines. */
  readonly blind?: boolean;
}

/** Each end's outputs to the other's inputs, as in a null modem. */
export function nullModem(): Wire[] {
  const ways = [
    ['here', 'there'],
    ['there', 'here'],
  ] as const;
  return ways.flatMap(([from, to]): Wire[] => [
    [from, 'TXD', to, 'RXD'],
    [from, 'RTS', to, 'CTS'],
    [from, 'DTR', to, 'DSR'],
    [from, 'DTR', to, 'DCD'],
  ]);
}

/** Two ports and what joins them, in no time. */
export class DoctorCable {
  readonly #wishes: CableWishes;
  readonly #on = { here: new Set<Output>(), there: new Set<Output>() };
  readonly #baud = { here: 0, there: 0 };
  readonly #counters = { here: new PatternCounter(), there: new PatternCounter() };
  readonly left: End[] = [];
  #sent = 0;

  constructor(wishes: CableWishes) {
    this.#wishes = wishes;
  }

  bench(end: End): Bench {
    const { wires, blind = false } = this.#wishes;
    return {
      drive: async (output, on) => {
        if (on) this.#on[end].add(output);
        else this.#on[end].delete(output);
      },
      sense: async () => {
        if (blind) return null;
        const lit = wires.filter(([from, pin, to]) => to === end && pin !== 'TXD' && this.#on[from].has(pin));
        return lit.map(([, , , pin]) => pin).filter((pin) => pin !== 'RXD');
      },
      rate: async (baud) => {
        this.#baud[end] = baud;
        return true;
      },
      listen: async () => {
        this.#counters[end] = new PatternCounter();
      },
      emit: async (blocks) => {
        for (let n = 0; n < blocks; n += 1) this.#carry(end, block(n));
      },
      tally: async () => this.#counters[end].tally,
      leave: async () => {
        this.left.push(end);
      },
    };
  }

  #carry(from: End, bytes: Uint8Array): void {
    const { wires, limit = Number.POSITIVE_INFINITY, noise = Number.POSITIVE_INFINITY } = this.#wishes;
    for (const [end, pin, to] of wires) {
      if (end !== from || pin !== 'TXD') continue;
      if (this.#baud[from] !== this.#baud[to] || this.#baud[from] >= limit) continue;
      const garbled = bytes.map((byte) => {
        this.#sent += 1;
        return this.#sent % noise === 0 ? byte ^ 0x10 : byte;
      });
      this.#counters[to].take(garbled);
    }
  }
}
