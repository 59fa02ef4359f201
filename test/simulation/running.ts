import { type NodeName, nodeNames } from './node-name.ts';
import type { World } from './world.ts';

/** A stretch of true time, in ms, in which something of a group ran on both boxes. */
export interface Overlap {
  readonly owner: NodeName;
  readonly from: number;
  /** Null: it lasts. */
  until: number | null;
}

/** A box that lost the lock of a group which it still runs; true ms. */
export interface Overdue {
  readonly node: NodeName;
  readonly owner: NodeName;
  readonly since: number;
}

/** Which groups run on which box, whoever answers on the LAN: it is their data that a lock and a fence protect. */
export class Running {
  /** The newest. */
  overlap: Overlap | null = null;
  readonly #world: World;
  readonly #overlaps = new Map<NodeName, Overlap>();
  #lost: readonly Overdue[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** A group began or ended somewhere. */
  look(): void {
    const { clock, options } = this.#world;
    this.#lost = this.#lost.filter(({ node, owner }) => this.#runs(node, owner));
    for (const owner of options.groups) {
      const overlap = this.#overlaps.get(owner);
      const both = nodeNames.every((node) => this.#runs(node, owner));
      if (both && overlap === undefined) {
        this.overlap = { owner, from: clock.now, until: null };
        this.#overlaps.set(owner, this.overlap);
      } else if (!both && overlap !== undefined) {
        overlap.until = clock.now;
        this.#overlaps.delete(owner);
      }
    }
  }

  /** This node was told that it lost the lock of these groups. */
  lostLock(node: NodeName, owner: NodeName): void {
    if (this.#runs(node, owner)) this.#lost = [...this.#lost, { node, owner, since: this.#world.clock.now }];
  }

  /** Who has run for longest what it lost the lock of; null: nobody does. */
  get overdue(): Overdue | null {
    return this.#lost[0] ?? null;
  }

  #runs(node: NodeName, owner: NodeName): boolean {
    return this.#world.machine(node).groups.runs(owner);
  }
}
