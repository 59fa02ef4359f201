/** The part of a terminal that the painter needs. */
export interface PaintedTerminal {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Where a screen can be painted; null: on a file, a pipe, or a terminal that is called `dumb`. `name`: TERM, which may be unset. */
export function paintedTerminal(
  output: PaintedTerminal & { readonly isTTY?: boolean },
  name: string | undefined,
): PaintedTerminal | null {
  return output.isTTY === true && name !== 'dumb' ? output : null;
}

/**
 * Keeps a screen of text on a vt100 or anything later. Only lines that changed are sent: at 9600 baud
 * a whole screen takes two seconds.
 */
export class ScreenPainter {
  readonly #terminal: PaintedTerminal;
  #shown: readonly string[] | undefined;
  #shownSize = '';

  constructor(terminal: PaintedTerminal) {
    this.#terminal = terminal;
  }

  /**
   * What may be painted: one row is left for the cursor, and the last column, where terminals differ in how they
   * wrap. A serial terminal does not tell its size (0x0): then it is a vt100's.
   */
  size(): Size {
    return { columns: (this.#terminal.columns || 80) - 1, rows: (this.#terminal.rows || 24) - 1 };
  }

  paint(screen: string): void {
    const size = JSON.stringify(this.size());
    // A resized terminal has moved its lines about: start again.
    const before = size === this.#shownSize ? this.#shown : undefined;
    const lines = screen.split('\n');
    const kept = before ?? [];
    const rows = Math.max(lines.length, kept.length);
    let update = before ? '' : '\x1b[H\x1b[2J';
    for (let row = 0; row < rows; row += 1) {
      const line = lines[row] ?? '';
      if (line !== (kept[row] ?? '')) update += `\x1b[${row + 1};1H${line}\x1b[K`;
    }
    if (update !== '') this.#terminal.write(`${update}\x1b[${lines.length + 1};1H`);
    this.#shown = lines;
    this.#shownSize = size;
  }

  ring(): void {
    this.#terminal.write('\x07');
  }

  /** Leaves the last screen standing and the cursor below it. */
  leave(): void {
    if (this.#shown) this.#terminal.write(`\x1b[${this.#shown.length + 1};1H\n`);
  }
}
