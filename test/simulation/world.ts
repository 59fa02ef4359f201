import type { Action } from '../../firmware-agent/core/action.ts';
import type { SetWord } from '../../firmware-agent/core/event.ts';
import type { State } from '../../firmware-agent/core/state.ts';
import type { Opened } from '../../firmware-agent/wire/envelope.ts';
import type { Random } from '../unit/support/random.ts';
import { OwnAgent } from './agent.ts';
import { Cable } from './cable.ts';
import { Clockwork } from './clockwork.ts';
import { SharedDisk } from './disk.ts';
import { DiskLocks } from './disk-locks.ts';
import { Frame, Frames, SerialEar } from './frames.ts';
import { Groups, type GroupsOptions } from './groups.ts';
import { Heartbeat } from './heartbeat/heartbeat.ts';
import { Lan } from './lan.ts';
import { Machine } from './machine.ts';
import { type NodeName, other, ownerOf } from './node-name.ts';
import { Running } from './running.ts';
import type { Surroundings } from './surroundings.ts';
import { gatewayName, lifeSettings, type WorldOptions } from './world-options.ts';

/** Milliseconds to the gateway and back. */
const pingTime = 1;

/** What a world tells whoever watches it, in the order in which it happens. */
export interface Watcher {
  acted(node: NodeName, action: Action): void;
  /** A message left a box for all cables. */
  sent(node: NodeName, frame: Frame): void;
  /** A message, or what is left of one, is about to be given to a node's agent. */
  heard(node: NodeName, link: string, opened: Opened): void;
  stepped(node: NodeName, state: State | null): void;
  /** A node's agent is gone. */
  ended(node: NodeName): void;
  /** An address came up or went, or a box lost power or its LAN. */
  served(): void;
}

/** Two boxes, their cables and a LAN in virtual time. */
export class World {
  readonly clock = new Clockwork();
  readonly cables: readonly Cable[];
  readonly frames: Frames;
  readonly lan: Lan;
  readonly disk = new SharedDisk();
  readonly running = new Running(this);
  /** How many faults keep each port from working. */
  readonly #portFaults: Readonly<Record<NodeName, Map<string, number>>> = {
    nodea: new Map(),
    nodeb: new Map(),
  };
  /** How many faults keep a box's fence device from working. */
  readonly fenceFaults: Record<NodeName, number> = { nodea: 0, nodeb: 0 };
  /** When each box last reset the other; true ms. */
  readonly fencedAt: Record<NodeName, number> = {
    nodea: Number.NEGATIVE_INFINITY,
    nodeb: Number.NEGATIVE_INFINITY,
  };
  /** How many faults keep the gateway from answering. */
  gatewayFaults = 0;
  /** When each node last heard the gateway; true ms. */
  readonly pingHeardAt: Record<NodeName, number> = { nodea: 0, nodeb: 0 };
  readonly options: WorldOptions;
  readonly #machines: Readonly<Record<NodeName, Machine>>;
  readonly #watcher: Watcher;

  constructor(
    options: WorldOptions,
    random: Random,
    script: (node: NodeName) => GroupsOptions['script'],
    watcher: Watcher,
  ) {
    this.options = options;
    this.#watcher = watcher;
    this.frames = new Frames(options.key);
    this.lan = new Lan((name) => this.#machines[name], this.clock, {
      owners: options.groups,
      claims: options.claims,
    });
    this.cables = options.cables.map((cable) => {
      const ears = { nodea: new SerialEar(this.frames), nodeb: new SerialEar(this.frames) };
      return new Cable(cable, this.clock, random, (to, { name, baud }, arrived) => {
        const machine = this.#machines[to];
        const arrive = () => {
          if (baud === null) {
            const intact = arrived instanceof Frame;
            const { frames } = this;
            this.#hear(machine, name, intact ? frames.openIntact(arrived) : frames.open(arrived));
            return;
          }
          for (const opened of ears[to].hear(arrived)) this.#hear(machine, name, opened);
        };
        machine.enter(arrive, true);
      });
    });
    this.#machines = {
      nodea: this.#build('nodea', script('nodea'), random),
      nodeb: this.#build('nodeb', script('nodeb'), random),
    };
  }

  machine(name: NodeName): Machine {
    return this.#machines[name];
  }

  /** Whether the LAN finds the address of this owner's group on this box. */
  serves(node: NodeName, owner: NodeName): boolean {
    return this.lan.serves(node, owner);
  }

  powerOff(name: NodeName): void {
    this.#machines[name].powerOff();
    for (const cable of this.cables) cable.from(name).clear();
    this.lanChanged();
  }

  powerOn(name: NodeName): void {
    this.#machines[name].hasPower = true;
    this.#machines[name].startAgent();
  }

  /** Power off and on again, as a watchdog or a fence device does; a box without power waits for that. */
  reset(name: NodeName): void {
    this.powerOff(name);
    const { bootTime } = this.options;
    if (bootTime === null) return;
    const machine = this.#machines[name];
    const { powerCuts } = machine;
    this.clock.plan(this.clock.now + bootTime, () => {
      if (machine.powerCuts === powerCuts && machine.powerFaults === 0) this.powerOn(name);
    });
  }

  #fence(by: NodeName): void {
    this.fencedAt[by] = this.clock.now;
    this.reset(other(by));
  }

  /** +1 breaks a port, -1 mends it: its cable carries nothing, and the agent is told. */
  breakPort(name: NodeName, link: string, change: 1 | -1): void {
    const ports = this.#portFaults[name];
    const faults = (ports.get(link) ?? 0) + change;
    ports.set(link, faults);
    const cable = this.cables.find(({ options }) => options.name === link);
    for (const end of [name, other(name)]) if (cable) cable.from(end).ailments.cuts += change;
    const machine = this.#machines[name];
    machine.enter(() => machine.agent.medium(link, faults > 0));
  }

  /** -1 takes the cable to the LAN out, +1 puts it in again; several faults may hold it. */
  plugLan(name: NodeName, change: 1 | -1): void {
    this.#machines[name].lanFaults -= change;
    this.lanChanged();
  }

  /** Something that decides who answers on the LAN is not as it was. */
  lanChanged(): void {
    this.lan.changed();
    this.running.look();
    this.#watcher.served();
  }

  thaw(name: NodeName): void {
    this.#machines[name].thaw(() => this.#machines[name].agent.wake());
  }

  /** `id` is asked for when the agent has a turn for the command. */
  command(name: NodeName, id: () => number, command: 'standby' | 'takeover', set: SetWord): void {
    const machine = this.#machines[name];
    machine.enter(() => machine.agent.command(id(), command, set));
  }

  /** As `command`: a human says that what waits shall be taken. */
  confirm(name: NodeName, id: () => number): void {
    const machine = this.#machines[name];
    machine.enter(() => machine.agent.confirm(id()));
  }

  /** As `command`: a human says that the other box runs nothing. */
  acknowledge(name: NodeName, id: () => number): void {
    const machine = this.#machines[name];
    machine.enter(() => machine.agent.acknowledge(id()));
  }

  stop(name: NodeName): void {
    const machine = this.#machines[name];
    machine.enter(() => machine.agent.stop());
  }

  #hear(machine: Machine, link: string, opened: Opened): void {
    this.#watcher.heard(machine.name, link, opened);
    machine.agent.hear(link, opened);
  }

  #build(name: NodeName, script: GroupsOptions['script'], random: Random): Machine {
    const { rates, generation, groups: owners, called, turn, old, heartbeat } = this.options;
    const uuid = new Uint8Array(16).fill(name === 'nodea' ? 0xaa : 0xbb);
    const machine = new Machine(name, this.clock, rates[name], uuid, generation, () =>
      this.#watcher.ended(name),
    );
    const groups = new Groups({
      node: name,
      owners,
      called,
      turn,
      script,
      later: (delay, act) => machine.later(delay, act),
      changed: () => this.lanChanged(),
    });
    const around = this.#surroundings(machine, groups);
    const agent = heartbeat === name ? new Heartbeat(around, random) : new OwnAgent(around, old === name);
    machine.equip(agent, groups);
    return machine;
  }

  #surroundings(machine: Machine, groups: Groups): Surroundings {
    const { name } = machine;
    const watcher = this.#watcher;
    const locks = this.#locksOf(machine);
    const kick = () => machine.armWatchdog(this.options.watchdog, () => this.reset(name));
    let shots = 0;
    return {
      now: () => machine.now,
      wallSeconds: () => Math.max(1, machine.wallSeconds),
      later: (delay, act) => machine.later(delay, act),
      newLife: (keeps) => lifeSettings(this.options, machine, keeps),
      keepGeneration: (generation) => {
        machine.generation = generation;
      },
      send: (message, slot) => {
        const frame = this.frames.frame(message);
        watcher.sent(name, frame);
        for (const cable of this.cables) cable.from(name).send(frame, slot);
      },
      ping: () => this.#ping(machine),
      job: (what, set, key, done) => groups.job(what, set, key, done),
      abandon: (set) => groups.abandon(set),
      lock: (set, what) => locks()?.do(set, what),
      checkLocks: () => locks()?.check(),
      untoldLocks: () => locks()?.present() ?? [],
      breathe: (pause) => {
        if (this.options.watchdog === null) return;
        for (let at = 0; at < pause; at += this.options.keepalive)
          machine.later(at, () => {
            if (locks()?.isLost !== true) kick();
          });
      },
      fence: (done) => {
        shots += 1;
        const shot = shots;
        machine.later(this.options.fenceTime, () => {
          if (shot !== shots) return;
          const works = this.fenceFaults[name] === 0;
          if (works) this.#fence(name);
          done(works, works ? 'it was reset' : 'the device does not answer');
        });
      },
      callOffFence: () => {
        shots += 1;
      },
      brokenPorts: () => [...this.#portFaults[name]].filter(([, faults]) => faults > 0).map(([link]) => link),
      kick,
      look: (set, done) => this.lan.look(name, set, done),
      exit: () => machine.leave(),
      tell: (action) => watcher.acted(name, action),
      stepped: () => watcher.stepped(name, machine.agent.state),
    };
  }

  /** Where a lock is configured each process of the agent has its own. */
  #locksOf(machine: Machine): () => DiskLocks | null {
    const { lock } = this.options.defences;
    let process = Number.NaN;
    let locks: DiskLocks | null = null;
    return () => {
      if (typeof lock !== 'number' || machine.process === process) return locks;
      process = machine.process;
      locks = new DiskLocks(machine, this.disk, lock, process, (told) => {
        if (told.news === 'lost') this.running.lostLock(machine.name, ownerOf(machine.name, told.set));
        machine.agent.lock(told);
      });
      return locks;
    };
  }

  /** Each heartbeat goes with an echo request. */
  #ping(machine: Machine): void {
    if (!this.options.gateway) return;
    machine.later(pingTime, () => {
      if (machine.lanFaults > 0 || this.gatewayFaults > 0) return;
      this.pingHeardAt[machine.name] = this.clock.now;
      machine.agent.hearPing(gatewayName);
    });
  }
}
