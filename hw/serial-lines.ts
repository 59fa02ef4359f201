import { monotonic } from './clock.ts';
import type { PortLines } from './modem-lines.ts';
import { SerialFlow } from './serial-flow.ts';
import { SerialSignal } from './serial-signal.ts';

export interface LinesListener {
  signalled(missing: string | null): void;
  noted(text: string): void;
  setFlow(on: boolean): void;
}

/** What the modem lines of a serial link tell, from one opening of its port to the next. */
export class SerialLines {
  readonly #signal: SerialSignal;
  readonly #flow: SerialFlow;
  #timer: NodeJS.Timeout | null = null;

  /** @param proof as of {@link SerialFlow} */
  constructor({ signalled, noted, setFlow }: LinesListener, proof: number) {
    this.#signal = new SerialSignal(signalled);
    this.#flow = new SerialFlow({ set: setFlow, noted }, proof);
  }

  opened(): void {
    this.#signal.opened();
    this.#flow.opened();
    this.#arm();
  }

  /** @param limit as of {@link SerialFlow.changed} */
  changed(lines: PortLines, limit: number): void {
    const now = monotonic();
    this.#signal.changed(lines, now);
    this.#flow.changed(lines, now, limit);
    this.#arm();
  }

  heard(): void {
    const before = this.#flow.due;
    this.#signal.heard();
    this.#flow.heard(monotonic());
    if (this.#flow.due !== before) this.#arm();
  }

  /** Nothing leaves; true: it may now. */
  stalled(): boolean {
    return this.#flow.stalled();
  }

  /** The port is not open any more. */
  closed(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #arm(): void {
    this.closed();
    const due = Math.min(this.#signal.due, this.#flow.due);
    if (due === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        const now = monotonic();
        this.#signal.look(now);
        this.#flow.look(now);
        this.#arm();
      },
      Math.max(0, Math.ceil(due - monotonic())),
    );
  }
}
