import { readFile } from 'node:fs/promises';

/** How often the file is read again, in ms: what heartbeats carry of it is for people only. */
const interval = 10_000;

/** The `ld` field's value (spec wire.md 4), read beside the heartbeats and never on their path. */
export class LoadAverage {
  /** The newest line read; `n/a` while there is none. */
  line = 'n/a';
  readonly #timer: NodeJS.Timeout;

  constructor(file = '/proc/loadavg') {
    const read = async () => {
      try {
        this.line = (await readFile(file, 'latin1')).split('\n')[0] || 'n/a';
      } catch {
        this.line = 'n/a';
      }
    };
    void read();
    this.#timer = setInterval(() => void read(), interval);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
