import { type NodeName, nodeNames } from './node-name.ts';
import type { World } from './world.ts';

/** A stretch of time in which nobody, or both, served an address. Virtual ms. */
export interface Stretch {
  readonly kind: 'outage' | 'double';
  readonly owner: NodeName;
  readonly from: number;
  readonly until: number;
}

/** Who serves each address, as the LAN sees it. */
export class Service {
  readonly #world: World;
  readonly #told: (stretch: Stretch) => void;
  readonly #addresses: Address[];

  /** `told` hears of each stretch when it is over. Before an address was first served there is no outage. */
  constructor(world: World, told: (stretch: Stretch) => void) {
    this.#world = world;
    this.#told = told;
    this.#addresses = world.options.groups.map((owner) => ({
      owner,
      servers: 0,
      since: 0,
      wasServed: false,
    }));
  }

  /** Look again: something changed. The owners of the addresses whose servers did. */
  look(): NodeName[] {
    const changed: NodeName[] = [];
    for (const address of this.#addresses) {
      const servers = this.serversOf(address.owner).length;
      if (servers === address.servers) continue;
      changed.push(address.owner);
      this.#close(address);
      address.servers = servers;
      address.since = this.#world.clock.now;
      address.wasServed ||= servers > 0;
    }
    return changed;
  }

  /** The run is over. */
  end(): void {
    for (const address of this.#addresses) this.#close(address);
  }

  serversOf(owner: NodeName): NodeName[] {
    return nodeNames.filter((node) => this.#world.serves(node, owner));
  }

  /** An address that both serve now; null: there is none. */
  doubled(): NodeName | null {
    for (const { owner, servers } of this.#addresses) if (servers > 1) return owner;
    return null;
  }

  /** Every address is served by one node. */
  isWhole(): boolean {
    return this.#addresses.every(({ servers }) => servers === 1);
  }

  #close({ owner, servers, since, wasServed }: Address): void {
    const until = this.#world.clock.now;
    if (until === since) return;
    if (servers > 1) this.#told({ kind: 'double', owner, from: since, until });
    else if (servers === 0 && wasServed) this.#told({ kind: 'outage', owner, from: since, until });
  }
}

interface Address {
  readonly owner: NodeName;
  servers: number;
  since: number;
  wasServed: boolean;
}
