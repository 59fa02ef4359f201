import { lockSets } from '../../firmware-agent/core/locked.ts';
import { stepLock } from '../../firmware-agent/lock/lock.ts';
import type { LockRecord } from '../../firmware-agent/lock/sector.ts';
import {
  initialLock,
  type LockAction,
  type LockEvent,
  type LockNews,
  type LockState,
} from '../../firmware-agent/lock/state.ts';
import { happeningOf, type LockHappening, untoldOf } from '../../firmware-agent/lock-happening.ts';
import type { SharedDisk } from './disk.ts';
import type { Machine } from './machine.ts';
import { nodeNames, ownerOf } from './node-name.ts';

export type LockSet = 'local' | 'foreign';

/** How long a hung request waits until it is asked again whether it still hangs, in ms. */
const hangStep = 500;

/** The two locks of a box: the real rules of firmware-agent/lock on the simulated disk. */
export class DiskLocks {
  readonly #locks: Readonly<Record<LockSet, DiskLock>>;

  /** One for each process of the agent; `tell` hears of what an event of the disk brings, and of losses before all else. */
  constructor(
    machine: Machine,
    disk: SharedDisk,
    lease: number,
    incarnation: number,
    tell: (told: LockHappening) => void,
  ) {
    const lockOf = (set: LockSet): DiskLock =>
      new DiskLock(machine, disk, set, lease, incarnation, (news) => {
        const told = happeningOf(set, news);
        tell(told);
      });
    this.#locks = { local: lockOf('local'), foreign: lockOf('foreign') };
  }

  do(set: LockSet, what: 'want' | 'free'): void {
    this.#locks[set].step(what);
  }

  /** A loss that is due comes before anything else is decided. */
  check(): void {
    for (const lock of Object.values(this.#locks)) lock.step('tick');
  }

  /** What a life that begins was not told, as `firmware-agent/disk-locks.ts` has it. */
  present(): LockHappening[] {
    return lockSets.flatMap((set) => untoldOf(set, this.#locks[set].state));
  }

  /** One was lost, and what it protects may still run here. */
  get isLost(): boolean {
    return lockSets.some((set) => this.#locks[set].state.phase === 'lost');
  }
}

class DiskLock {
  #state: LockState;
  #armedFor = Number.POSITIVE_INFINITY;
  readonly #machine: Machine;
  readonly #disk: SharedDisk;
  readonly #area: number;
  readonly #index: 0 | 1;
  readonly #tell: (news: LockNews) => void;

  constructor(
    machine: Machine,
    disk: SharedDisk,
    set: LockSet,
    lease: number,
    incarnation: number,
    tell: (news: LockNews) => void,
  ) {
    this.#machine = machine;
    this.#disk = disk;
    this.#area = nodeNames.indexOf(ownerOf(machine.name, set));
    this.#index = machine.name === 'nodea' ? 0 : 1;
    this.#tell = tell;
    const settings = {
      index: this.#index,
      node: machine.name,
      incarnation: incarnation.toString(16).padStart(32, '0'),
      lease,
    };
    this.#state = initialLock(settings, machine.now);
    this.step('tick');
  }

  get state(): LockState {
    return this.#state;
  }

  step(kind: 'want' | 'free' | 'tick'): void {
    this.#step({ at: this.#machine.now, kind });
  }

  #step(event: LockEvent): void {
    const { state, actions } = stepLock(this.#state, event);
    this.#state = state;
    for (const action of actions) this.#carryOut(action);
  }

  #carryOut(action: LockAction): void {
    if (action.do === 'read') this.#request(() => this.#read());
    else if (action.do === 'write') this.#request(() => this.#write(action.record));
    else if (action.do === 'timer') this.#arm(action.at);
    // Asked to free what is free, it answers in the same call: the core hears of it in a turn of its own.
    else if (action.do === 'freed') this.#machine.later(0, () => this.#tell(action));
    else this.#tell(action);
  }

  #arm(at: number): void {
    if (at === this.#armedFor) return;
    this.#armedFor = at;
    this.#machine.later(Math.max(0, at - this.#machine.now), () => {
      if (this.#armedFor !== at) return;
      this.#armedFor = Number.POSITIVE_INFINITY;
      // A clock that was converted to and fro may stand a trifle before the time that it was asked for.
      this.#step({ at: Math.max(at, this.#machine.now), kind: 'tick' });
    });
  }

  /** It dies with its process, which a kernel holds the next one's requests back for. */
  #request(serve: () => LockEvent): void {
    const { name } = this.#machine;
    this.#machine.later(this.#disk.time(name), () => {
      if (this.#disk.ailments[name].hangs > 0) this.#machine.later(hangStep, () => this.#request(serve));
      else this.#step(this.#disk.ailments[name].errors > 0 ? this.#failed() : serve());
    });
  }

  #failed(): LockEvent {
    return { at: this.#machine.now, kind: 'failed', text: 'EIO: i/o error' };
  }

  #read(): LockEvent {
    const own = this.#disk.read(this.#area, this.#index);
    const theirs = this.#disk.read(this.#area, 1 - this.#index);
    return { at: this.#machine.now, kind: 'read', own, other: theirs };
  }

  #write(record: LockRecord): LockEvent {
    this.#disk.write(this.#area, this.#index, record);
    return { at: this.#machine.now, kind: 'wrote' };
  }
}
