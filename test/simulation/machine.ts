import type { Clockwork } from './clockwork.ts';
import type { Groups } from './groups.ts';
import type { NodeName } from './node-name.ts';
import type { Agent } from './surroundings.ts';

/** Packets that the sockets of an agent hold that does not read; more are dropped, as a kernel does. */
const socketRoom = 256;

interface Waiting {
  readonly act: () => void;
  readonly isPacket: boolean;
  /** True time. */
  readonly since: number;
}

/** A box: power, a processor, a clock, a state directory, a LAN port. What its agent does happens in turns given here. */
export class Machine {
  readonly name: NodeName;
  hasPower = true;
  /** The agent's process runs, although perhaps no life of the core is under way. */
  isUp = false;
  frozen = false;
  /** Milliseconds that each event takes; 0: none. */
  slowness = 0;
  /** How many faults keep it from the LAN. */
  lanFaults = 0;
  /** How often it lost its power. */
  powerCuts = 0;
  /** How many faults keep its power away: what would switch it on waits for their end. */
  powerFaults = 0;
  /** How many faults keep its watchdog from resetting it, and by how many ms others make that late. */
  readonly watchdogFaults = { absent: 0, late: 0 };
  /** Milliseconds of its monotonic clock in one of true time. */
  readonly rate: number;
  /** Seconds since 1970 that its wall clock shows at the beginning; jumps change it. */
  wallOffset = 1_700_000_000;
  /** When it was last not able to run at once what was due; true time. */
  heldUpAt = Number.NEGATIVE_INFINITY;
  /** How many lives of the core began here. */
  lives = 0;
  uuid: Uint8Array;
  /** The state directory's number of the last life; null: it was lost. */
  generation: number | null;
  #lastOfClock = 0;
  readonly #clock: Clockwork;
  readonly #waiting: Waiting[] = [];
  #packets = 0;
  #serving = false;
  #process = 0;
  #watchdog = 0;
  #startWhenGone = false;
  #parts: { readonly agent: Agent; readonly groups: Groups } | null = null;

  readonly #ended: () => void;

  /** `ended` hears when the agent is gone. */
  constructor(
    name: NodeName,
    clock: Clockwork,
    rate: number,
    uuid: Uint8Array,
    generation: number | null,
    ended: () => void,
  ) {
    this.#ended = ended;
    this.name = name;
    this.#clock = clock;
    this.rate = rate;
    this.uuid = uuid;
    this.generation = generation;
  }

  /** For how long what its agent is about to do has waited for it; true ms. */
  get behind(): number {
    const [next] = this.#waiting;
    return next === undefined ? 0 : this.#clock.now - next.since;
  }

  get isHeldUp(): boolean {
    return this.frozen || this.slowness > 0;
  }

  equip(agent: Agent, groups: Groups): void {
    this.#parts = { agent, groups };
  }

  get agent(): Agent {
    if (!this.#parts) throw new Error(`${this.name} has no agent`);
    return this.#parts.agent;
  }

  get groups(): Groups {
    if (!this.#parts) throw new Error(`${this.name} has no groups`);
    return this.#parts.groups;
  }

  /** The monotonic clock; it starts anywhere. */
  get now(): number {
    return this.#clock.now * this.rate;
  }

  get wallSeconds(): number {
    return this.wallOffset + Math.floor(this.#clock.now / 1000);
  }

  /** As `firmware-agent/identity.ts`: one more than the last; where that is not known, beyond any that was ever used. */
  nextGeneration(): { number: number; isNew: boolean } {
    this.lives += 1;
    const isNew = this.generation === null;
    this.generation = this.generation === null ? this.#generationOfClock() : this.generation + 1;
    return { number: this.generation, isNew };
  }

  /** No box loses its state twice in one second, as one does here. */
  #generationOfClock(): number {
    const number = this.wallSeconds + 1;
    this.#lastOfClock = number === this.#lastOfClock ? number + 1 : number;
    return this.#lastOfClock;
  }

  /** The agent's process starts: what the last one left is cleared away first, as `agent.ts` does. */
  startAgent(): void {
    if (!this.hasPower || this.isUp) return;
    this.isUp = true;
    this.enter(() => {
      this.groups.dropAddresses();
      this.agent.start();
    });
  }

  /** After an orderly stop: as soon as it is over. */
  startAgentOnceGone(): void {
    if (this.isUp) this.#startWhenGone = true;
    else this.startAgent();
  }

  /** The state directory is empty: another box for all that the peer can tell. */
  forget(chance: number): void {
    this.uuid = this.uuid.map((byte) => (byte ^ chance) | 1);
    this.generation = null;
  }

  /** An orderly end of the process. */
  leave(): void {
    const again = this.#startWhenGone;
    this.armWatchdog(null, () => {});
    this.endAgent();
    if (again) this.startAgent();
  }

  /** The process is gone; its addresses stay where they are. */
  endAgent(): void {
    this.isUp = false;
    this.#startWhenGone = false;
    this.#process += 1;
    this.#waiting.length = 0;
    this.#packets = 0;
    this.#serving = false;
    this.frozen = false;
    this.agent.kill();
    this.groups.orphan();
    this.#ended();
  }

  powerOff(): void {
    this.endAgent();
    this.armWatchdog(null, () => {});
    this.hasPower = false;
    this.powerCuts += 1;
    this.groups.powerOff();
  }

  freeze(): void {
    if (this.isUp) this.frozen = true;
  }

  thaw(tick: () => void): void {
    if (!this.frozen) return;
    this.frozen = false;
    this.heldUpAt = this.#clock.now;
    this.#waiting.push({ act: tick, isPacket: false, since: this.#clock.now });
    this.#serve();
  }

  /** Changes with every process of the agent. */
  get process(): number {
    return this.#process;
  }

  /** The watchdog resets the box so many ms of true time from now, unless it is told again, or called off. */
  armWatchdog(timeout: number | null, reset: () => void): void {
    this.#watchdog += 1;
    const armed = this.#watchdog;
    const { absent, late } = this.watchdogFaults;
    if (timeout === null || absent > 0) return;
    this.#clock.plan(this.#clock.now + timeout + late, () => {
      if (this.#watchdog === armed && this.hasPower) reset();
    });
  }

  /** In so much of the box's own time. */
  later(delay: number, act: () => void): void {
    const process = this.#process;
    this.#clock.plan(this.#clock.now + delay / this.rate, () => {
      if (this.#process === process) this.enter(act);
    });
  }

  /** What the agent does now, or when it has a turn for it. */
  enter(act: () => void, isPacket = false): void {
    if (!this.isUp) return;
    if (!this.frozen && this.slowness === 0 && this.#waiting.length === 0) {
      act();
      return;
    }
    this.heldUpAt = this.#clock.now;
    if (isPacket && this.#packets >= socketRoom) return;
    if (isPacket) this.#packets += 1;
    this.#waiting.push({ act, isPacket, since: this.#clock.now });
    this.#serve();
  }

  /** What waits happens in its order; on a slow box each takes its time. */
  #serve(): void {
    while (!this.frozen && !this.#serving && this.#waiting.length > 0) {
      if (this.slowness > 0) {
        this.#serving = true;
        const process = this.#process;
        this.#clock.plan(this.#clock.now + this.slowness, () => {
          if (this.#process !== process) return;
          this.#serving = false;
          if (!this.frozen) this.#serveOne();
          this.#serve();
        });
        return;
      }
      this.#serveOne();
    }
  }

  #serveOne(): void {
    const next = this.#waiting.shift();
    if (!next) return;
    if (next.isPacket) this.#packets -= 1;
    this.heldUpAt = this.#clock.now;
    next.act();
  }
}
