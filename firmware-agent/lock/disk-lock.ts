import type { Disk } from '../../hw/disk.ts';
import type { Log } from '../resources/log.ts';
import type { Timers } from '../resources/timers.ts';
import { heldUntil, stepLock } from './lock.ts';
import { AREA_SIZE, decodeSlot, encodeRecord, type LockRecord, SLOT_SIZE } from './sector.ts';
import { initialLock, type LockEvent, type LockNews, type LockSettings, type LockState } from './state.ts';

export interface DiskLockOptions {
  readonly settings: LockSettings;
  /** For the log. */
  readonly path: string;
  /** A disk has room for two locks: a pair in which each node serves something of its own has one for each set. */
  readonly area: 0 | 1;
  /** Opens the disk with the bytes that {@link ownBytes} names as our own; called again after an error. */
  readonly open: () => Promise<Disk>;
  readonly timers: Timers;
  readonly log: Log;
  /** Comes from inside `want`, `free` and `check` as well. */
  readonly tell: (news: LockNews) => void;
}

/** What a lock does right now, for status. Times in milliseconds. */
export interface LockReport {
  readonly phase: LockState['phase'];
  readonly epoch: number;
  /** What the other's sector said last, if it could be read, and for how long it has been the same. */
  readonly other: LockRecord | null;
  readonly otherAge: number | null;
  readonly fault: string | null;
}

/** What only the node with this index writes of a lock. */
export function ownBytes(area: 0 | 1, index: 0 | 1): { offset: number; length: number } {
  return { offset: area * AREA_SIZE + index * SLOT_SIZE, length: SLOT_SIZE };
}

/** The lock of a pair on one disk that both reach: at most one of them holds it. It watches the disk from the start. */
export class DiskLock {
  readonly #options: DiskLockOptions;
  #state: LockState;
  #disk: Disk | null = null;
  #cancelTimer = () => {};
  #stopped = false;
  #warned = false;

  constructor(options: DiskLockOptions) {
    this.#options = options;
    this.#state = initialLock(options.settings, options.timers.now());
    this.check();
  }

  /** Try to hold it, until `free`. Nothing happens before `free` where it was lost. */
  want(): void {
    this.#step({ at: this.#now(), kind: 'want' });
  }

  /** Nothing that the lock protects is in use here any more. Also at the start: until then the sector is left alone. */
  free(): void {
    this.#step({ at: this.#now(), kind: 'free' });
  }

  /** Tells a loss that is due before anything else is decided: after a pause, timers come later than messages. */
  check(): void {
    this.#step({ at: this.#now(), kind: 'tick' });
  }

  /** This node may act as the holder now. */
  get held(): boolean {
    const until = heldUntil(this.#state);
    return until !== null && this.#now() < until;
  }

  report(): LockReport {
    const { phase, epoch, other, fault } = this.#state;
    const record = other?.slot.content === 'record' ? other.slot.record : null;
    return {
      phase,
      epoch,
      other: record,
      otherAge: other === null ? null : this.#now() - other.since,
      fault,
    };
  }

  /** Nothing more is read, written or told; a sector that says `holds` stays so until its lease is over. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
    if (this.#state.request === null) void this.#close();
  }

  #now(): number {
    return this.#options.timers.now();
  }

  #step(event: LockEvent): void {
    if (this.#stopped) return;
    const { state, actions } = stepLock(this.#state, event);
    this.#state = state;
    const news: LockNews[] = [];
    for (const action of actions) {
      if (action.do === 'read') void this.#request((disk) => this.#read(disk));
      else if (action.do === 'write') void this.#request((disk) => this.#write(disk, action.record));
      else if (action.do === 'timer') this.#arm(action.at);
      else news.push(action);
    }
    // Last, as what hears it may call us.
    for (const item of news) this.#options.tell(item);
  }

  #arm(at: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.timers.after(Math.max(0, at - this.#now()), () => this.check());
  }

  async #request(run: (disk: Disk) => Promise<(at: number) => LockEvent>): Promise<void> {
    let outcome: (at: number) => LockEvent;
    try {
      this.#disk ??= await this.#open();
      outcome = await run(this.#disk);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      outcome = (at) => ({ at, kind: 'failed', text });
      // A disk that went away may come back as another device of the same name.
      await this.#close();
    }
    if (this.#stopped) await this.#close();
    else this.#step(outcome(this.#now()));
  }

  async #open(): Promise<Disk> {
    const disk = await this.#options.open();
    if (!disk.direct && !this.#warned) {
      this.#warned = true;
      this.#options.log(
        'WARN',
        `lock ${this.#options.path}: its file system has no direct access: safe only where both nodes share one cache`,
      );
    }
    return disk;
  }

  async #read(disk: Disk): Promise<(at: number) => LockEvent> {
    const { area, settings } = this.#options;
    const { index } = settings;
    const bytes = await disk.read(area * AREA_SIZE, AREA_SIZE);
    const own = decodeSlot(bytes.subarray(index * SLOT_SIZE));
    const other = decodeSlot(bytes.subarray((1 - index) * SLOT_SIZE));
    return (at) => ({ at, kind: 'read', own, other });
  }

  async #write(disk: Disk, record: LockRecord): Promise<(at: number) => LockEvent> {
    const { area, settings } = this.#options;
    await disk.write(ownBytes(area, settings.index).offset, encodeRecord(record));
    return (at) => ({ at, kind: 'wrote' });
  }

  async #close(): Promise<void> {
    const disk = this.#disk;
    this.#disk = null;
    await disk?.close();
  }
}
