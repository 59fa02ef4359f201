import type { Terminal, TerminalListener } from '../../../hw/terminal.ts';

/** A human's terminal whose line the test holds in its hand. */
export class StandInTerminal {
  shown = '';
  opened = 0;
  closed = 0;
  /** The port can be opened. */
  isThere = true;
  /** Called when something was said. */
  said: () => void = () => undefined;
  #listener: TerminalListener | null = null;
  #waiting: {
    readonly for: RegExp;
    readonly from: number;
    readonly seen: () => void;
    readonly missed: (why: Error) => void;
  }[] = [];

  /** As `openTerminal`. */
  readonly open = (_: unknown, listener: TerminalListener): Terminal => {
    this.opened += 1;
    if (this.isThere) this.#listener = listener;
    else setImmediate(() => listener.faulted('ttyS1: gone'));
    return {
      write: async (bytes) => {
        if (this.#listener !== listener) return false;
        this.shown += Buffer.from(bytes).toString();
        for (const { for: wanted, from, seen } of this.#waiting)
          if (wanted.test(this.shown.slice(from))) seen();
        this.said();
        return true;
      },
      close: async () => {
        this.closed += 1;
        this.#listener = null;
        for (const { for: wanted, missed } of this.#waiting.splice(0))
          missed(new Error(`closed without ${wanted}; shown: ${this.shown}`));
      },
    };
  };

  type(text: string | Uint8Array): void {
    this.#listener?.received(Buffer.from(text));
  }

  fault(text: string | null): void {
    this.#listener?.faulted(text);
  }

  signal(missing: string | null): void {
    this.#listener?.signalled?.(missing);
  }

  /** Resolves when something like this is shown after `from`; rejects when the port is closed without it. */
  until(wanted: RegExp, from = 0): Promise<void> {
    return new Promise((seen, missed) => {
      if (wanted.test(this.shown.slice(from))) seen();
      else this.#waiting.push({ for: wanted, from, seen, missed });
    });
  }
}
