import { stepLock } from '../../../firmware-agent/lock/lock.ts';
import type { LockRecord, Slot } from '../../../firmware-agent/lock/sector.ts';
import {
  initialLock,
  type LockAction,
  type LockEvent,
  type LockState,
} from '../../../firmware-agent/lock/state.ts';
import { leaseTiming } from '../../../firmware-agent/lock/timing.ts';
import type { LockWorld } from './lock-world.ts';

type ReadEvent = { kind: 'read'; own: Slot; other: Slot };

/** A node with its clock, its lock and an owner that always wants it, for a while each time. */
export class LockBox {
  readonly #world: LockWorld;
  readonly #index: 0 | 1;
  readonly #rate: number;
  readonly #offset: number;
  #lock: LockState;
  #timer = 0;
  #life = 0;
  #paused: (() => void)[] | null = null;
  #pausedAt = 0;
  #resumedAt = -1;
  /** Writes that are not on the disk yet; a box starts again only after them. */
  #inFlight = 0;
  serving = false;
  alive = false;
  /** Lets go of the lock now and then. */
  restless = true;

  constructor(world: LockWorld, index: 0 | 1) {
    this.#world = world;
    this.#index = index;
    this.#rate = world.between(0.9, 1.1);
    this.#offset = world.between(0, 1e6);
    this.#lock = this.#fresh();
  }

  #clock(): number {
    return this.#offset + this.#world.now * this.#rate;
  }

  #fresh(): LockState {
    const settings = {
      index: this.#index,
      node: `node${this.#index}`,
      incarnation: `${this.#index}.${this.#life}`,
      lease: this.#world.lease,
    };
    return initialLock(settings, this.#clock());
  }

  start(): void {
    this.alive = true;
    this.#lock = this.#fresh();
    this.#step({ kind: 'tick' });
    this.#mine(this.#world.between(0, 200), () => {
      this.#step({ kind: 'free' });
      this.#step({ kind: 'want' });
    });
    this.#mishaps('crash', () => this.#reset());
    this.#mishaps('pause', () => this.#pause());
  }

  crash(): void {
    if (!this.alive) return;
    this.#world.note(`node${this.#index} crashes`);
    this.alive = false;
    this.serving = false;
    this.#life += 1;
    this.#paused = null;
  }

  #reset(): void {
    this.crash();
    this.#restart();
  }

  #restart(): void {
    this.#world.after(this.#world.between(0, 2) * this.#world.lease, () => {
      if (this.alive) return;
      if (this.#inFlight > 0) this.#restart();
      else this.start();
    });
  }

  /** The process stands still, the box serves on; the watchdog ends that in time. */
  #pause(): void {
    if (this.#paused) return;
    const { release } = leaseTiming(this.#world.lease);
    this.#paused = [];
    this.#pausedAt = this.#world.now;
    this.#mine(release, () => this.#paused && this.#reset(), false);
    this.#mine(
      this.#world.between(0, 2 * release),
      () => {
        const missed = this.#paused ?? [];
        this.#paused = null;
        this.#resumedAt = this.#world.now;
        for (const run of missed) run();
        this.#mishaps('pause', () => this.#pause());
      },
      false,
    );
  }

  #mishaps(kind: 'crash' | 'pause', strike: () => void): void {
    const { faults, lease } = this.#world;
    if (faults[kind] === 0) return;
    const delay = -Math.log(1 - this.#world.random()) * faults[kind] * lease;
    this.#mine(delay, () => this.#world.faults[kind] > 0 && strike());
  }

  /** Later, in this life; after a pause, if one is on. */
  #mine(delay: number, run: () => void, pausable = true): void {
    const life = this.#life;
    const ours = () => {
      if (life !== this.#life) return;
      if (pausable && this.#paused) this.#paused.push(ours);
      else run();
    };
    this.#world.after(delay, ours);
  }

  #step(
    what: { kind: 'want' | 'free' | 'tick' | 'wrote' } | { kind: 'failed'; text: string } | ReadEvent,
  ): void {
    const { state, actions } = stepLock(this.#lock, { at: this.#clock(), ...what } as LockEvent);
    this.#lock = state;
    for (const action of actions) this.#carryOut(action);
  }

  #carryOut(action: LockAction): void {
    const world = this.#world;
    if (action.do === 'read') this.#read();
    else if (action.do === 'write') this.#write(action.record);
    else if (action.do === 'timer') this.#arm(action.at);
    else {
      world.note(`node${this.#index} ${JSON.stringify(action)}`);
      if (action.do === 'held') {
        this.serving = true;
        if (this.restless)
          this.#mine(
            world.between(0, 1.5) * world.lease,
            () => this.#lock.phase === 'holding' && this.#letGo(),
          );
      } else if (action.do === 'lost') {
        // Letting go takes as long as the watchdog allows, which nobody kicks from now on.
        const life = this.#life;
        const kickedAt = this.#resumedAt === world.now ? this.#pausedAt : world.now;
        world.after(world.between(0, kickedAt + leaseTiming(world.lease).release - world.now), () => {
          if (life !== this.#life) return;
          if (this.#paused) this.#reset();
          else this.#letGo();
        });
      }
    }
  }

  #letGo(): void {
    const world = this.#world;
    this.serving = false;
    this.#step({ kind: 'free' });
    this.#mine(world.between(0, 0.5) * world.lease, () => this.#step({ kind: 'want' }));
  }

  #arm(at: number): void {
    this.#timer += 1;
    const timer = this.#timer;
    const delay = Math.max(0, (at - this.#clock()) / this.#rate);
    this.#mine(
      delay + this.#world.between(0.01, 5),
      () => timer === this.#timer && this.#step({ kind: 'tick' }),
    );
  }

  #latency(): number {
    const { faults, lease } = this.#world;
    return this.#world.chance(faults.hang)
      ? this.#world.between(0, faults.hangLeases) * lease
      : this.#world.between(0.05, 20);
  }

  /** When a request of this length is carried out: mostly within it, at its very ends now and then. */
  #moment(delay: number): number {
    return delay * Math.min(1, Math.max(0, this.#world.between(-0.3, 1.3)));
  }

  #read(): void {
    const world = this.#world;
    const seen: Slot[] = [];
    const last = Math.max(
      ...[0, 1].map((slot) => {
        const delay = this.#latency();
        world.after(this.#moment(delay), () => {
          seen[slot] = world.slots[slot as 0 | 1];
        });
        return delay;
      }),
    );
    this.#mine(last, () => {
      const own = seen[this.#index];
      const other = seen[1 - this.#index];
      if (world.chance(world.faults.error) || !own || !other) this.#step({ kind: 'failed', text: 'EIO' });
      else this.#step({ kind: 'read', own, other });
    });
  }

  #write(record: LockRecord): void {
    const world = this.#world;
    const slot: Slot = { print: JSON.stringify(record), content: 'record', record };
    const delay = this.#latency();
    const error = world.chance(world.faults.error);
    const landing = error ? delay : this.#moment(delay);
    const late = error && world.chance(0.5) ? world.between(0, world.lease / 1.2) : 0;
    const life = this.#life;
    this.#inFlight += 1;
    if (world.chance(world.faults.torn))
      world.after(landing * world.random(), () => {
        world.slots[this.#index] = { print: `torn ${world.now}`, content: 'unreadable' };
      });
    world.after(landing + late, () => {
      this.#inFlight -= 1;
      const dropped =
        (error && late === 0 && world.chance(0.5)) || (life !== this.#life && world.chance(0.5));
      if (!dropped) world.slots[this.#index] = slot;
    });
    this.#mine(delay, () => this.#step(error ? { kind: 'failed', text: 'EIO' } : { kind: 'wrote' }));
  }
}
