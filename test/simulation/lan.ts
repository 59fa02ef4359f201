import type { Sight, Sighting } from '../../firmware-agent/core/event.ts';
import type { Holding } from '../../firmware-agent/core/holding.ts';
import type { Clockwork } from './clockwork.ts';
import type { Machine } from './machine.ts';
import { inSet, type NodeName, nodeNames, other } from './node-name.ts';

/** Milliseconds of three ARP probes and the wait for their answers. */
const lookTime = 46;

/** Milliseconds until a packet has crossed the LAN. */
const crossing = 1;

/** A machine that claims an address again and again is told about so often, in ms: `resources/announcer.ts`. */
const claimInterval = 10_000;

interface Look {
  readonly node: NodeName;
  readonly keys: readonly NodeName[];
  /** Who answered so far, and who looks meanwhile; by address and hardware. */
  readonly answers: Map<string, Sighting>;
  readonly contenders: Map<string, Sighting>;
}

export interface LanOptions {
  /** The owners of the groups; each has one address. */
  readonly owners: readonly NodeName[];
  /** Machines that serve the same address hear each other's claims. */
  readonly claims: boolean;
}

/** What carries the addresses: who has which, who answers whom, and who claims what another has. */
export class Lan {
  /** How many faults hide the LAN from each box's looks. */
  readonly blindness: Record<NodeName, number> = { nodea: 0, nodeb: 0 };
  /** How many foreign machines have the address of each group. */
  readonly strangers: Record<NodeName, number> = { nodea: 0, nodeb: 0 };
  readonly #machine: (node: NodeName) => Machine;
  readonly #clock: Clockwork;
  readonly #options: LanOptions;
  readonly #looks = new Set<Look>();
  /** Addresses whose claims are heard from time to time. */
  readonly #claimed = new Set<NodeName>();
  /** Since when a look of each node would have found each address on the other box; true ms. */
  readonly #seenSince: Record<NodeName, Map<NodeName, number>> = { nodea: new Map(), nodeb: new Map() };

  constructor(machine: (node: NodeName) => Machine, clock: Clockwork, options: LanOptions) {
    this.#machine = machine;
    this.#clock = clock;
    this.#options = options;
  }

  isOn(node: NodeName): boolean {
    const { hasPower, lanFaults } = this.#machine(node);
    return hasPower && lanFaults === 0;
  }

  /** Whether the address of this owner's group is found on this box: the kernel answers, whatever its agent does. */
  serves(node: NodeName, owner: NodeName): boolean {
    return this.isOn(node) && this.#machine(node).groups.has(owner);
  }

  /** For how long a look of this node would have found the address on the other box, true ms; 0: it would not. */
  visibleFor(node: NodeName, owner: NodeName): number {
    const since = this.#seenSince[node].get(owner);
    return since === undefined ? 0 : this.#clock.now - since;
  }

  /** An address came up or went, or a box or a port did. */
  changed(): void {
    for (const owner of this.#options.owners) {
      for (const node of nodeNames) this.#noteVisible(node, owner);
      if (this.#isContested(owner)) this.#claimSoon(owner);
    }
  }

  /** Ask for the addresses of a set; `done` hears of it when the box has a turn for it. */
  look(node: NodeName, set: Holding, done: (sight: Sight) => void): void {
    const machine = this.#machine(node);
    const keys = this.#options.owners.filter((owner) => inSet(node, owner, set));
    const look: Look = { node, keys, answers: new Map(), contenders: new Map() };
    this.#ask(look);
    for (const theirs of this.#looks) this.#meet(look, theirs);
    this.#looks.add(look);
    this.#clock.plan(this.#clock.now + lookTime / machine.rate, () => {
      this.#looks.delete(look);
      this.#ask(look);
    });
    machine.later(lookTime, () => done(this.#sightOf(look)));
  }

  #ask({ node, keys, answers }: Look): void {
    for (const owner of keys) {
      for (const mac of this.#macsOf(owner, node)) answers.set(`${owner} ${mac}`, sighting(owner, mac));
    }
  }

  /** Each hears the other's probes. */
  #meet(a: Look, b: Look): void {
    if (a.node === b.node || !this.isOn(a.node) || !this.isOn(b.node)) return;
    for (const owner of a.keys.filter((key) => b.keys.includes(key))) {
      a.contenders.set(owner, sighting(owner, macOf(b.node)));
      b.contenders.set(owner, sighting(owner, macOf(a.node)));
    }
  }

  #sightOf({ node, keys, answers, contenders }: Look): Sight {
    if (this.#isBlind(node)) {
      const blind = keys.map((owner) => ({ address: addressOf(owner), reason: 'the LAN is not heard' }));
      return { answers: [], contenders: [], blind };
    }
    return { answers: [...answers.values()], contenders: [...contenders.values()], blind: [] };
  }

  #isBlind(node: NodeName): boolean {
    return this.blindness[node] > 0 || !this.isOn(node);
  }

  /** The machines besides `node` that answer for an address on the LAN of `node`. */
  #macsOf(owner: NodeName, node: NodeName): string[] {
    if (!this.isOn(node)) return [];
    const peer = other(node);
    const macs = this.serves(peer, owner) ? [macOf(peer)] : [];
    return this.strangers[owner] > 0 ? [...macs, 'mac of a stranger'] : macs;
  }

  #noteVisible(node: NodeName, owner: NodeName): void {
    const since = this.#seenSince[node];
    const isVisible = !this.#isBlind(node) && this.serves(other(node), owner);
    if (!isVisible) since.delete(owner);
    else if (!since.has(owner)) since.set(owner, this.#clock.now);
  }

  #isContested(owner: NodeName): boolean {
    return nodeNames.some((node) => this.serves(node, owner) && this.#macsOf(owner, node).length > 0);
  }

  #claimSoon(owner: NodeName): void {
    if (!this.#options.claims || this.#claimed.has(owner)) return;
    this.#claimed.add(owner);
    this.#clock.plan(this.#clock.now + crossing, () => this.#exchangeClaims(owner));
  }

  /** Whoever has it and runs says so; whoever has it and runs hears that. */
  #exchangeClaims(owner: NodeName): void {
    if (!this.#isContested(owner)) {
      this.#claimed.delete(owner);
      return;
    }
    for (const node of nodeNames) {
      if (!this.serves(node, owner)) continue;
      const peer = this.#machine(other(node));
      const isSilent = !peer.agent.state || peer.frozen;
      const machine = this.#machine(node);
      for (const mac of this.#macsOf(owner, node)) {
        if (mac === macOf(peer.name) && isSilent) continue;
        machine.enter(() => machine.agent.rival(sighting(owner, mac)), true);
      }
    }
    this.#clock.plan(this.#clock.now + claimInterval, () => this.#exchangeClaims(owner));
  }
}

function addressOf(owner: NodeName): string {
  return `address of ${owner}`;
}

/** The hardware address by which a box is known on the LAN. */
export function macOf(node: NodeName): string {
  return `mac of ${node}`;
}

function sighting(owner: NodeName, mac: string): Sighting {
  return { key: owner, address: addressOf(owner), mac };
}
