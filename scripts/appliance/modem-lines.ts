import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { SEATS, type Seat } from '../laboratory/seat.ts';

const CUT = 2;
/** As in TIOCMGET. */
const DTR = 2;

/** DTR and RTS of both ends of the null modem, in the file that both machines share (`lines.c`). */
export class ModemLines {
  readonly path: string;
  readonly #file: number;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'w+');
    writeSync(this.#file, Buffer.alloc(4096));
  }

  /** The number of an end, as the machines know it. */
  end(seat: Seat): number {
    return SEATS.indexOf(seat);
  }

  /** A box without power, or in a reset, drops its lines. */
  drop(seat: Seat): void {
    this.#put(this.end(seat), 0);
  }

  /** Whether somebody in the box has its port open: DTR says so. */
  isOpen(seat: Seat): boolean {
    const byte = Buffer.alloc(1);
    readSync(this.#file, byte, 0, 1, this.end(seat));
    return ((byte[0] ?? 0) & DTR) !== 0;
  }

  cut(cut: boolean): void {
    this.#put(CUT, cut ? 1 : 0);
  }

  close(): void {
    closeSync(this.#file);
  }

  #put(position: number, value: number): void {
    writeSync(this.#file, Buffer.from([value]), 0, 1, position);
  }
}
