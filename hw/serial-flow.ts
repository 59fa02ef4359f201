import type { PortLines } from './modem-lines.ts';

export interface FlowListener {
  /** Set the port; its answer comes with its next lines. */
  set(on: boolean): void;
  noted(text: string): void;
}

/**
 * Hardware flow control only where the cable has it; pure. It is found by what arrives: a time of CTS in which the
 * other end was heard. CTS that goes away holds up nothing for long: flow control is let go, and found again. Where
 * nothing leaves although CTS is on, it is not tried again in this opening.
 */
export class SerialFlow {
  readonly #listener: FlowListener;
  readonly #proof: number;
  #state: 'off' | 'asked' | 'on' = 'off';
  #useless = false;
  #clearSince: number | null = null;
  #blockedSince: number | null = null;
  #heardAt = Number.NEGATIVE_INFINITY;
  #limit = 0;

  /** @param proof milliseconds of CTS that prove a cable to have the wires */
  constructor(listener: FlowListener, proof: number) {
    this.#listener = listener;
    this.#proof = proof;
  }

  /** A port is opened without flow control. */
  opened(): void {
    this.#state = 'off';
    this.#useless = false;
    this.#clearSince = this.#blockedSince = null;
  }

  /** @param limit milliseconds that CTS may be off: a frame's time on the line, and what it may take beyond that */
  changed({ cts, flow }: PortLines, now: number, limit: number): void {
    this.#limit = Math.ceil(limit);
    this.#clearSince = cts ? (this.#clearSince ?? now) : null;
    this.#blockedSince = cts ? null : (this.#blockedSince ?? now);
    if (this.#state === 'asked' && flow) {
      this.#state = 'on';
      this.#listener.noted('the cable has RTS and CTS: hardware flow control is on');
    }
    this.look(now);
  }

  /** Bytes came in. */
  heard(now: number): void {
    this.#heardAt = now;
    this.look(now);
  }

  /** When to look next. */
  get due(): number {
    if (this.#state !== 'off') return (this.#blockedSince ?? Number.POSITIVE_INFINITY) + this.#limit;
    const isProved = this.#clearSince !== null && this.#heardAt >= this.#clearSince && !this.#useless;
    return isProved ? (this.#clearSince ?? 0) + this.#proof : Number.POSITIVE_INFINITY;
  }

  look(now: number): void {
    if (now < this.due) return;
    if (this.#state !== 'off') this.#letGo(`CTS is off for ${this.#limit} ms`);
    else {
      this.#state = 'asked';
      this.#listener.set(true);
    }
  }

  /** Nothing leaves. True: flow control may have been why, and is off now. */
  stalled(): boolean {
    if (this.#state === 'off') return false;
    this.#useless = true;
    this.#letGo('nothing leaves with it');
    return true;
  }

  #letGo(why: string): void {
    if (this.#state === 'on') this.#listener.noted(`hardware flow control is off: ${why}`);
    this.#state = 'off';
    this.#listener.set(false);
  }
}
