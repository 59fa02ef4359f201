import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** More is not read at once; the newest counts. */
const MOST = 1 << 20;

/** A file that a daemon writes its log to, read from a remembered place on. */
export class LogFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** A place for `since`: the end as it is now. */
  mark(): number {
    return this.#read(0).end;
  }

  /** The lines written since the mark, at most the last mebibyte of them. */
  since(mark: number): string[] {
    return this.#read(mark).text.split('\n').filter(Boolean);
  }

  /** The last lines. */
  tail(count: number): string[] {
    return this.since(0).slice(-count);
  }

  append(text: string): void {
    appendFileSync(this.path, text);
  }

  #read(from: number): { text: string; end: number } {
    let file: number;
    try {
      file = openSync(this.path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { text: '', end: 0 };
      throw error;
    }
    try {
      const end = fstatSync(file).size;
      const start = Math.max(from, end - MOST);
      const bytes = Buffer.alloc(Math.max(0, end - start));
      const length = readSync(file, bytes, 0, bytes.length, start);
      return { text: bytes.toString('utf8', 0, length), end };
    } finally {
      closeSync(file);
    }
  }
}
