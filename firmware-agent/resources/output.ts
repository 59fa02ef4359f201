import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut. Characters. */
const longestLine = 500;
/** Lines in one second that are told; more are counted and left out. */
const linesPerSecond = 50;
/** The beginning of the output that is kept to be searched. Characters. */
const longestKept = 65_536;
/** How agents of the Open Cluster Framework begin the line that says why. */
const reasonMark = 'ocf-exit-reason:';

/** What a script prints: cut into lines, made fit for a log, told at a bounded rate. */
export class Output {
  readonly #tell: (line: string) => void;
  readonly #now: () => number;
  /** A decoder a stream: a character may be cut in two. */
  readonly #partial = new Map<string, { decoder: StringDecoder; text: string }>();
  #kept = '';
  #last = '';
  #reason = '';
  #windowAt = Number.NEGATIVE_INFINITY;
  #told = 0;
  #leftOut = 0;

  constructor(tell: (line: string) => void, now: () => number) {
    this.#tell = tell;
    this.#now = now;
  }

  /** The first 64 Ki characters of all that was printed, both streams in the order of arrival. */
  get text(): string {
    return this.#kept;
  }

  /** The newest line that gives a reason, or else the newest that was not blank; empty: none. */
  get last(): string {
    return this.#reason === '' ? this.#last : this.#reason;
  }

  add(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const part = this.#partial.get(stream) ?? { decoder: new StringDecoder('utf8'), text: '' };
    this.#partial.set(stream, part);
    const text = part.decoder.write(bytes);
    if (this.#kept.length < longestKept) this.#kept = (this.#kept + text).slice(0, longestKept);
    const lines = (part.text + text).split('\n');
    // What is beyond the longest line would be cut anyway: a stream without line ends must not grow.
    part.text = (lines.pop() ?? '').slice(0, longestLine + 1);
    for (const line of lines) this.#line(line);
  }

  /** Tell what came without a line end, and how much was left out. */
  end(): void {
    for (const part of this.#partial.values()) {
      this.#line(part.text);
      part.text = '';
    }
    this.#tellLeftOut();
  }

  #line(raw: string): void {
    const line = printable(raw);
    if (line === '') return;
    this.#last = line;
    if (line.startsWith(reasonMark)) this.#reason = line.slice(reasonMark.length).trim();
    const now = this.#now();
    if (now - this.#windowAt >= 1_000) {
      this.#windowAt = now;
      this.#told = 0;
      this.#tellLeftOut();
    }
    if (this.#told >= linesPerSecond) {
      this.#leftOut += 1;
      return;
    }
    this.#told += 1;
    this.#tell(line);
  }

  #tellLeftOut(): void {
    if (this.#leftOut > 0) this.#tell(`(${this.#leftOut} more lines left out)`);
    this.#leftOut = 0;
  }
}

/** No control characters: a log must not be made to lie by what a program prints. */
function printable(raw: string): string {
  const clean = raw.replace(/\p{Cc}+/gu, ' ').trim();
  return clean.length > longestLine ? `${clean.slice(0, longestLine)}...` : clean;
}
