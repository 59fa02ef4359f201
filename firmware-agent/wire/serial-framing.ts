import { MAX_MESSAGE_BYTES } from './limits.ts';

const START = '>>>';
const END = '<<<';
/** How much of an unfinished line is kept outside a message, in bytes; a start marker needs only the last three. */
const MAX_NOISE_LINE = 512;
/** Unbroken noise is told again after so many bytes, so that a wrong baud rate does not look like silence. */
const NOISE_STEP = 4096;
const CUT = 'a message cut short by the start of the next';

/** What came out of a serial line: one whole classic message, not authenticated yet, or a notice of what was dropped. */
export type SerialInput =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  | { readonly kind: 'garbage'; readonly detail: string };

/**
 * Cuts the bytes of a serial line into classic messages (spec wire.md 9.1).
 *
 * Forgiving as Heartbeat's terminal settings are, so that the port's own settings do not matter: bit 8, CR and blank
 * lines are dropped. Better than Heartbeat's reader where that loses whole messages: every start marker starts afresh,
 * also at the end of a line, so that neither noise nor a message that was cut short (a writer that gave up, a peer that
 * was switched off) takes the next message with it; NULs anywhere cost nothing. The digest decides what is authentic.
 */
export class SerialDeframer {
  /** The line that has not ended yet. */
  #line = '';
  /** The lines collected since the start marker, with it; null outside a message. */
  #message: string | null = null;
  /** Where in the message the lines begin that follow a field which ends in a start marker; 0: nowhere. */
  #restart = 0;
  /** Bytes of noise since the last message began. */
  #noise = 0;
  #out: SerialInput[] = [];

  /** Takes what the port gave, cut anywhere, and returns what is complete with it, in order. Never throws. */
  push(chunk: Uint8Array): readonly SerialInput[] {
    this.#out = [];
    const pieces = printable(chunk).split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      this.#extendLine(piece);
      this.#endLine();
    }
    this.#extendLine(last);
    return this.#out;
  }

  #extendLine(piece: string): void {
    this.#line += piece;
    if (this.#message !== null && this.#message.length + this.#line.length >= MAX_MESSAGE_BYTES) {
      this.#message = null;
      this.#tell('a message that does not end within 256 KiB');
    }
    if (this.#message === null && this.#line.length > MAX_NOISE_LINE) {
      this.#countNoise(this.#line.length - START.length);
      this.#line = this.#line.slice(-START.length);
    }
  }

  #endLine(): void {
    const line = this.#line;
    this.#line = '';
    const message = this.#message;
    if (line === '') return;
    if (message === null) this.#startOrSkip(line);
    else if (line === END) this.#finish(message);
    else if (line.startsWith(START) || line.startsWith(END)) this.#breakOff(line);
    else this.#collect(line, message);
  }

  #startOrSkip(line: string): void {
    const starts = line.endsWith(START);
    const noise = starts ? line.length - START.length : line.length;
    if (noise > 0) this.#countNoise(noise);
    if (starts) this.#begin();
  }

  #breakOff(line: string): void {
    this.#message = null;
    this.#tell(line.startsWith(START) ? CUT : 'an end marker with more behind it');
    if (line.endsWith(START)) this.#begin();
  }

  #collect(line: string, message: string): void {
    this.#message = `${message}${line}\n`;
    if (line.endsWith(START)) this.#restart = this.#message.length;
  }

  #finish(message: string): void {
    this.#message = null;
    const tail = message.slice(this.#restart);
    // A value may end as a start marker does. Only where a type follows has a whole message begun there.
    const merged = this.#restart > 0 && /^t=/m.test(tail);
    if (merged) this.#tell(CUT);
    this.#out.push({
      kind: 'frame',
      bytes: Buffer.from(`${merged ? `${START}\n${tail}` : message}${END}\n`),
    });
  }

  #begin(): void {
    this.#message = `${START}\n`;
    this.#restart = 0;
    this.#noise = 0;
  }

  /** Tells the beginning of noise, and every further 4 KiB of it. */
  #countNoise(bytes: number): void {
    const before = this.#noise;
    this.#noise += bytes;
    if (before === 0 || Math.floor(before / NOISE_STEP) < Math.floor(this.#noise / NOISE_STEP)) {
      this.#tell('bytes outside any message');
    }
  }

  #tell(detail: string): void {
    this.#out.push({ kind: 'garbage', detail });
  }
}

/** Seven bits of every byte, without NUL and CR. */
function printable(chunk: Uint8Array): string {
  const seven = Buffer.from(chunk.map((byte) => byte & 0x7f).filter((byte) => byte !== 0 && byte !== 0x0d));
  return seven.toString('latin1');
}
