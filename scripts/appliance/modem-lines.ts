import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** As in `lines.c`: records of numbers of four bytes. */
const ENDS = 8;
const FIELDS = ['outputs', 'rate', 'CTS', 'DSR', 'DCD'] as const;
type Field = (typeof FIELDS)[number];

/** As in TIOCMGET. */
const DTR = 2;
const RTS = 4;

export type LineInput = 'CTS' | 'DSR' | 'DCD';
export type LineOutput = 'DTR' | 'RTS';

/** What the ends of all serial cables drive and hear, in the file that the machines share (`lines.c`). */
export class ModemLines {
  readonly path: string;
  readonly #file: number;
  #ends = 0;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'w+');
    writeSync(this.#file, Buffer.alloc(4096));
  }

  /** The number of an end that nobody has yet. */
  newEnd(): number {
    if (this.#ends === ENDS) throw new Error(`lines.c has room for ${ENDS} ends`);
    return this.#ends++;
  }

  /** A port is opened by somebody who is no machine, at so many bits per second. */
  raise(end: number, rate: number): void {
    this.#put(end, 'rate', rate);
    this.#put(end, 'outputs', DTR | RTS);
  }

  /** A box without power, or in a reset, drops its lines; whoever closes a port, too. */
  drop(end: number): void {
    this.#put(end, 'outputs', 0);
  }

  /** Whether somebody in the box has its port open: DTR says so. */
  isOpen(end: number): boolean {
    return (this.#get(end, 'outputs') & DTR) !== 0;
  }

  /** Bits per second that a port is set to; 0: it was never opened. */
  rate(end: number): number {
    return this.#get(end, 'rate');
  }

  /** What an input hears from now on: any of these outputs. */
  join(end: number, input: LineInput, outputs: readonly (readonly [end: number, LineOutput])[]): void {
    const bits = outputs.map(([from, output]) => 1 << (2 * from + (output === 'RTS' ? 1 : 0)));
    this.#put(
      end,
      input,
      bits.reduce((all, bit) => all | bit, 0),
    );
  }

  close(): void {
    closeSync(this.#file);
  }

  #get(end: number, field: Field): number {
    const number = Buffer.alloc(4);
    readSync(this.#file, number, 0, 4, position(end, field));
    return number.readUInt32LE();
  }

  #put(end: number, field: Field, value: number): void {
    const number = Buffer.alloc(4);
    number.writeUInt32LE(value);
    writeSync(this.#file, number, 0, 4, position(end, field));
  }
}

function position(end: number, field: Field): number {
  return 4 * (end * FIELDS.length + FIELDS.indexOf(field));
}
