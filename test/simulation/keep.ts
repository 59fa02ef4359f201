import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Choice } from './defence-sets.ts';
import type { Peers } from './heartbeat/peers.ts';
import { emptyTally, merge, type Tally } from './tally.ts';

/** What decides what a run of many pairs shows: a file that was made with other values is of no use to it. */
export interface Made {
  /** See `sources.ts`. */
  readonly build: string;
  readonly first: number;
  /** Virtual ms of each pair in which faults happen. */
  readonly duration: number;
  readonly defences: Choice;
  readonly peers: Peers;
}

/** How far a run of many pairs has come: the tally of all seeds below `next`. */
export interface Played {
  readonly next: number;
  readonly tally: Tally;
}

/** The file cannot be gone on with; the text says why. */
export class KeepError extends Error {
  override readonly name = 'KeepError';
}

/** Milliseconds between two writes. */
const writeInterval = 60_000;

/** Keeps what was played in a file, so that a run which was interrupted goes on from there. */
export class Keeper {
  readonly #path: string;
  readonly #made: Made;
  readonly #interval: number;
  #writtenAt = 0;

  constructor(path: string, made: Made, interval = writeInterval) {
    this.#path = path;
    this.#made = made;
    this.#interval = interval;
  }

  /**
   * What was played before; the file is made where there is none, so that one that cannot be written is told of at once.
   * @throws KeepError where the file was made otherwise, or is none of ours
   */
  begin(): Played {
    const text = this.#read();
    const played = text === null ? { next: this.#made.first, tally: emptyTally() } : this.#judge(text);
    this.write(played);
    return played;
  }

  /** To be called often; it writes now and then, see `write`. */
  note(played: Played): void {
    if (performance.now() - this.#writtenAt >= this.#interval) this.write(played);
  }

  /**
   * Whole or not at all. Not after a violation: whoever goes on meets it again.
   * @throws KeepError where it cannot be written
   */
  write({ next, tally }: Played): void {
    if (tally.violation) return;
    const fresh = `${this.#path}.new`;
    const text = JSON.stringify({ made: this.#made, next, tally }, (_, value) =>
      value instanceof Map ? [...value] : value,
    );
    try {
      writeFileSync(fresh, `${text}\n`, { flush: true });
      renameSync(fresh, this.#path);
    } catch (error) {
      throw new KeepError(`What was played cannot be kept: ${(error as Error).message}`);
    }
    this.#writtenAt = performance.now();
  }

  #read(): string | null {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new KeepError(`What was played cannot be read: ${(error as Error).message}`);
    }
  }

  #judge(text: string): Played {
    const kept = parsed(text);
    if (!kept?.made) throw new KeepError(`${this.#path} holds no simulated pairs: name another file.`);
    const { build, ...options } = kept.made;
    if (build !== this.#made.build)
      throw new KeepError(
        `${this.#path} was made by another core or simulator, whose pairs do not count for this one: name another file.`,
      );
    if (optionsText(options) !== optionsText(this.#made))
      throw new KeepError(
        `${this.#path} was made with ${optionsText(options)}: give the same, or name another file.`,
      );
    const tally = emptyTally();
    merge(tally, kept.tally);
    return { next: kept.next, tally };
  }
}

function optionsText({ first, duration, defences, peers }: Omit<Made, 'build'>): string {
  return `--first-seed ${first} --seconds ${duration / 1000} --defences ${defences} --peers ${peers}`;
}

/** Null: not what `write` writes. That the same build wrote it vouches for its shape. */
function parsed(text: string): (Played & { readonly made?: Made }) | null {
  try {
    return JSON.parse(text, (key, value) =>
      key === 'rows' || key === 'known' || key === 'classes' ? new Map(value) : value,
    );
  } catch {
    return null;
  }
}
