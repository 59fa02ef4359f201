import type { PortLines } from './modem-lines.ts';

/** Milliseconds that a line which went off must be on before it counts again. */
const steady = 1000;

interface Line {
  readonly name: string;
  readonly key: 'dsr' | 'dcd';
  /** Was on in this opening, or is missed since an earlier one. */
  expected: boolean;
  seen: boolean;
  missed: boolean;
  /** When it is not missed any more. */
  backAt: number;
}

/**
 * Whether the other end has its port open, by DSR and DCD; pure. Only what was once on in this opening can be missed: a
 * cable of three wires has none of it. A loss is told at once, the return when it has lasted.
 */
export class SerialSignal {
  readonly #tell: (missing: string | null) => void;
  readonly #lines = [line('DSR', 'dsr'), line('DCD', 'dcd')];
  #told: string | null = null;

  constructor(tell: (missing: string | null) => void) {
    this.#tell = tell;
  }

  /** What was missed before still is, until something is heard: it may be another cable by now. */
  opened(): void {
    for (const line of this.#lines) {
      line.expected = line.missed;
      line.seen = false;
      line.backAt = Number.POSITIVE_INFINITY;
    }
  }

  changed(lines: PortLines, now: number): void {
    for (const line of this.#lines) {
      const on = lines[line.key];
      if (on) line.expected = line.seen = true;
      if (!on) line.backAt = Number.POSITIVE_INFINITY;
      else if (line.missed && line.backAt > now + steady) line.backAt = now + steady;
      if (!on && line.expected) line.missed = true;
    }
    this.look(now);
  }

  /** Bytes came in. */
  heard(): void {
    if (this.#told === null) return;
    for (const line of this.#lines) if (!line.seen) line.expected = line.missed = false;
    this.#compare();
  }

  /** When to look next. */
  get due(): number {
    return Math.min(...this.#lines.map(({ backAt }) => backAt));
  }

  look(now: number): void {
    for (const line of this.#lines) {
      if (line.backAt > now) continue;
      line.missed = false;
      line.backAt = Number.POSITIVE_INFINITY;
    }
    this.#compare();
  }

  #compare(): void {
    const names = this.#lines.flatMap(({ missed, name }) => (missed ? [name] : []));
    const off = `${names.join(' and ')} ${names.length > 1 ? 'are' : 'is'} off`;
    const missing = names.length > 0 ? `${off}: the other end is closed or the cable is out` : null;
    if (missing === this.#told) return;
    this.#told = missing;
    this.#tell(missing);
  }
}

function line(name: string, key: 'dsr' | 'dcd'): Line {
  return { name, key, expected: false, seen: false, missed: false, backAt: Number.POSITIVE_INFINITY };
}
