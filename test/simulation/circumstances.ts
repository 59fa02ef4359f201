import type { Hearing } from './hearing.ts';
import type { Moment } from './invariants.ts';
import { type NodeName, nodeNames, other } from './node-name.ts';
import type { ScriptMood } from './scripts.ts';
import type { World } from './world.ts';

interface Step {
  /** Which life of its node took it. */
  readonly life: number;
  /** True ms. */
  readonly at: number;
  /** How many there have been at this very time. */
  readonly atOnce: number;
}

/** What an invariant must know besides the state: since when a node is alone, how long it slept, whether scripts lie. */
export class Circumstances {
  readonly #world: World;
  readonly #hearing: Hearing;
  readonly #moods: Readonly<Record<NodeName, ScriptMood>>;
  /** Since when each node has been well, and the other box without power. */
  readonly #alone: Record<NodeName, number | null> = { nodea: null, nodeb: null };
  /** Each node's last step. */
  readonly #steps: Record<NodeName, Step> = {
    nodea: { life: 0, at: 0, atOnce: 0 },
    nodeb: { life: 0, at: 0, atOnce: 0 },
  };
  #liedAt = Number.NEGATIVE_INFINITY;

  constructor(world: World, hearing: Hearing, moods: Readonly<Record<NodeName, ScriptMood>>) {
    this.#world = world;
    this.#hearing = hearing;
    this.#moods = moods;
  }

  /** To be called often: whatever changed counts from now on. */
  look(): void {
    this.#hearing.look();
    const { now } = this.#world.clock;
    for (const node of nodeNames) {
      const { isUp, isHeldUp, lanFaults } = this.#world.machine(node);
      const isAlone = isUp && !isHeldUp && lanFaults === 0 && !this.#world.machine(other(node)).hasPower;
      this.#alone[node] = isAlone ? (this.#alone[node] ?? now) : null;
    }
    if (this.#moods.nodea.lying > 0 || this.#moods.nodeb.lying > 0) this.#liedAt = now;
  }

  /** A node has taken a step. */
  ofStep(node: NodeName): Pick<Moment, 'alone' | 'liedAt' | 'slept' | 'stepsAtOnce'> {
    const { now } = this.#world.clock;
    const { lives } = this.#world.machine(node);
    const last = this.#steps[node];
    const atOnce = last.at === now ? last.atOnce + 1 : 1;
    this.#steps[node] = { life: lives, at: now, atOnce };
    const alone = this.#alone[node];
    return {
      alone: alone === null ? 0 : now - alone,
      liedAt: this.#liedAt,
      slept: last.life === lives ? now - last.at : 0,
      stepsAtOnce: atOnce,
    };
  }
}
