import { hexNumber } from '../../firmware-agent/core/fields.ts';
import type { Opened } from '../../firmware-agent/wire/envelope.ts';
import type { NodeName } from './node-name.ts';
import type { World } from './world.ts';

/** What of deadtime must have passed in true time before a node may count it as over: clocks differ, and ticks wait. */
const shareOfDeadtime = 0.95;

interface Ear {
  /** When the newest heartbeat came, or this life began; true time. */
  since: number;
  /** A heartbeat of the peer came in this life. */
  hasHeard: boolean;
  generation: number;
  seq: number;
  /** The life that this is about. */
  life: number;
}

/** Whether the two hear each other, judged from outside: which new heartbeats reached a node that runs, and when. */
export class Hearing {
  /** When they last did not hear each other. */
  apartAt = 0;
  readonly #world: World;
  readonly #ears: Readonly<Record<NodeName, Ear>>;

  constructor(world: World) {
    this.#world = world;
    const ear = (): Ear => ({ since: 0, hasHeard: false, generation: 0, seq: 0, life: 0 });
    this.#ears = { nodea: ear(), nodeb: ear() };
  }

  /** What is about to be given to a node's agent. */
  heard(node: NodeName, opened: Opened): void {
    if (!opened.ok || opened.message.text('t') !== 'status') return;
    const ear = this.#ears[node];
    const generation = hexNumber(opened.message.text('hg')) ?? 0;
    const seq = hexNumber(opened.message.text('seq')) ?? 0;
    if (generation < ear.generation || (generation === ear.generation && seq <= ear.seq)) return;
    this.look();
    ear.generation = generation;
    ear.seq = seq;
    if (!this.#world.machine(node).agent.isAlive) return;
    ear.since = this.#world.clock.now;
    ear.hasHeard = true;
  }

  /** Note whether they are apart now. To be called often. */
  look(): void {
    const isDeafA = this.isDeaf('nodea');
    if (this.isDeaf('nodeb') || isDeafA) this.apartAt = this.#world.clock.now;
  }

  /** A node's agent does not run, or has not heard the other side for its deadtime, or is behind by more than that. */
  isDeaf(node: NodeName): boolean {
    const machine = this.#world.machine(node);
    const ear = this.#ears[node];
    this.#follow(node, ear);
    if (!machine.agent.isAlive || machine.frozen || !ear.hasHeard) return true;
    // What it hears so late is as old.
    if (machine.behind >= this.patience) return true;
    return this.silence(node) + this.#wayAndBack() >= this.patience;
  }

  /** For how long a node has heard nothing new of its peer, or has lived; true ms. */
  silence(node: NodeName): number {
    const ear = this.#ears[node];
    this.#follow(node, ear);
    return this.#world.clock.now - ear.since;
  }

  /** Silence that a node may take for its peer's death, true ms. */
  get patience(): number {
    return this.#world.options.deadtime * shareOfDeadtime;
  }

  /** For how long a word and its answer are under way now, by the cables that are late the least; true ms. */
  #wayAndBack(): number {
    return this.#way('nodea') + this.#way('nodeb');
  }

  /** Where none is whole the silence tells. */
  #way(from: NodeName): number {
    let way = Number.POSITIVE_INFINITY;
    for (const cable of this.#world.cables) {
      const { cuts, delay } = cable.from(from).ailments;
      if (cuts === 0) way = Math.min(way, delay);
    }
    return Number.isFinite(way) ? way : 0;
  }

  #follow(node: NodeName, ear: Ear): void {
    const { lives } = this.#world.machine(node);
    if (ear.life === lives) return;
    ear.life = lives;
    ear.since = this.#world.clock.now;
    ear.hasHeard = false;
  }
}
