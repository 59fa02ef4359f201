import type { Action } from '../../firmware-agent/core/action.ts';
import type { SetWord, Sight } from '../../firmware-agent/core/event.ts';
import type { Holding } from '../../firmware-agent/core/holding.ts';
import { type Defences, noDefences, type Settings } from '../../firmware-agent/core/settings.ts';
import type { State } from '../../firmware-agent/core/state.ts';
import type { Opened } from '../../firmware-agent/wire/envelope.ts';
import type { Key } from '../../firmware-agent/wire/keyring.ts';
import type { Random } from '../unit/support/random.ts';
import { OwnAgent } from './agent.ts';
import { Cable, type CableOptions } from './cable.ts';
import { Clockwork } from './clockwork.ts';
import { Frame, Frames, SerialEar } from './frames.ts';
import { Groups, type GroupsOptions } from './groups.ts';
import { Machine } from './machine.ts';
import { inSet, type NodeName, other } from './node-name.ts';
import type { Surroundings } from './surroundings.ts';

/** Milliseconds of three ARP probes and the wait for their answers. */
const lookTime = 18;

/** Milliseconds to the gateway and back. */
const pingTime = 1;

export const gatewayName = 'gateway';

/** What ha.cf, haresources and authkeys say on both boxes, and how the boxes are made. */
export interface WorldOptions {
  readonly keepalive: number;
  readonly deadtime: number;
  readonly initdead: number;
  readonly autoFailback: boolean;
  readonly legacy: boolean;
  /** Which nodes have a line in haresources. */
  readonly groups: readonly NodeName[];
  /** A ping node on the LAN, with ipfail built on it. */
  readonly gateway: boolean;
  /** What Heartbeat has not; absent: off. */
  readonly defences: Partial<Defences>;
  readonly cables: readonly CableOptions[];
  readonly key: Key;
  /** A node whose version does not know `twinbeat=1`. */
  readonly old: NodeName | null;
  /** Milliseconds of each box's clock in one of true time. */
  readonly rates: Readonly<Record<NodeName, number>>;
  /** The number of the last life; null: a box that never ran. */
  readonly generation: number | null;
  readonly called: GroupsOptions['called'];
  /** Least time of a job in ms. */
  readonly turn: number;
}

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
  /** How many faults keep the gateway from answering. */
  gatewayFaults = 0;
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
    const ears = new Map<string, SerialEar>();
    this.cables = options.cables.map(
      (cable) =>
        new Cable(cable, this.clock, random, (to, { name, baud }, arrived) => {
          const machine = this.#machines[to];
          const arrive = () => {
            if (baud === null) {
              const intact = arrived instanceof Frame;
              const { frames } = this;
              this.#hear(machine, name, intact ? frames.openIntact(arrived) : frames.open(arrived));
              return;
            }
            const ear = ears.get(`${to} ${name}`) ?? new SerialEar(this.frames);
            ears.set(`${to} ${name}`, ear);
            for (const opened of ear.hear(arrived)) this.#hear(machine, name, opened);
          };
          machine.enter(arrive, true);
        }),
    );
    this.#machines = {
      nodea: this.#build('nodea', script('nodea')),
      nodeb: this.#build('nodeb', script('nodeb')),
    };
  }

  machine(name: NodeName): Machine {
    return this.#machines[name];
  }

  /** Whether the LAN finds the address of this owner's group on this box. */
  serves(node: NodeName, owner: NodeName): boolean {
    const machine = this.#machines[node];
    return machine.hasPower && machine.lanFaults === 0 && machine.groups.has(owner);
  }

  powerOff(name: NodeName): void {
    this.#machines[name].powerOff();
    for (const cable of this.cables) cable.from(name).clear();
    this.#watcher.served();
  }

  powerOn(name: NodeName): void {
    this.#machines[name].hasPower = true;
    this.#machines[name].startAgent();
  }

  /** -1 takes the cable to the LAN out, +1 puts it in again; several faults may hold it. */
  plugLan(name: NodeName, change: 1 | -1): void {
    this.#machines[name].lanFaults -= change;
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

  stop(name: NodeName): void {
    const machine = this.#machines[name];
    machine.enter(() => machine.agent.stop());
  }

  #hear(machine: Machine, link: string, opened: Opened): void {
    this.#watcher.heard(machine.name, link, opened);
    machine.agent.hear(link, opened);
  }

  #build(name: NodeName, script: GroupsOptions['script']): Machine {
    const { rates, generation, groups: owners, called, turn, old } = this.options;
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
      changed: () => this.#watcher.served(),
    });
    machine.equip(new OwnAgent(this.#surroundings(machine, groups), old === name), groups);
    return machine;
  }

  #surroundings(machine: Machine, groups: Groups): Surroundings {
    const { name } = machine;
    const watcher = this.#watcher;
    return {
      now: () => machine.now,
      wallSeconds: () => Math.max(1, machine.wallSeconds),
      later: (delay, act) => machine.later(delay, act),
      newLife: () => this.#settings(machine),
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
      abandon: () => groups.abandon(),
      look: (set, done) => machine.later(lookTime, () => done(this.#sight(name, set))),
      exit: () => machine.leave(),
      tell: (action) => watcher.acted(name, action),
      stepped: () => watcher.stepped(name, machine.agent.state),
    };
  }

  /** What the other box has of what this one has not, where both are plugged in to the LAN. */
  #sight(node: NodeName, set: Holding): Sight {
    const peer = other(node);
    const isPlugged = this.#machines[node].lanFaults === 0;
    const answers = this.#machines[peer].groups.up
      .filter((owner) => isPlugged && this.serves(peer, owner) && inSet(node, owner, set))
      .map((owner) => ({ key: owner, address: `address of ${owner}`, mac: `mac of ${peer}` }));
    return { answers, contenders: [], blind: [] };
  }

  /** Each heartbeat goes with an echo request. */
  #ping(machine: Machine): void {
    if (!this.options.gateway) return;
    machine.later(pingTime, () => {
      if (machine.lanFaults === 0 && this.gatewayFaults === 0) machine.agent.hearPing(gatewayName);
    });
  }

  #settings(machine: Machine): Settings {
    const { keepalive, deadtime, initdead, autoFailback, legacy, gateway, groups } = this.options;
    const self = machine.name;
    const generation = machine.nextGeneration();
    return {
      self,
      peer: other(self),
      nodes: ['nodea', 'nodeb'],
      uuid: Buffer.from(machine.uuid).toString('hex'),
      generation: generation.number,
      generationIsNew: generation.isNew,
      keepalive,
      deadtime,
      warntime: deadtime / 2,
      initdead,
      deadping: deadtime,
      autoFailback,
      legacy,
      links: this.cables.map(({ options: { name, medium } }) => ({ name, medium, shared: false })),
      pings: gateway ? [gatewayName] : [],
      ipfail: gateway,
      ackResidue: self === 'nodea' ? 3 : 7,
      localKeys: groups.filter((owner) => owner === self),
      foreignKeys: groups.filter((owner) => owner !== self),
      addressKeys: groups,
      defences: { ...noDefences, ...this.options.defences },
    };
  }
}
