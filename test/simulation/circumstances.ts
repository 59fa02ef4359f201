import type { Hearing } from './hearing.ts';
import type { Before, Moment } from './invariants.ts';
import { macOf } from './lan.ts';
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
  readonly before: Before;
}

const nothing: Before = { claim: null, holds: 'none', served: [] };

/** What an invariant must know besides the state: since when a node is alone, how long it slept, whether scripts lie. */
export class Circumstances {
  readonly #world: World;
  readonly #hearing: Hearing;
  readonly #moods: Readonly<Record<NodeName, ScriptMood>>;
  /** Since when each node has been well, and the other box without power. */
  readonly #alone: Record<NodeName, number | null> = { nodea: null, nodeb: null };
  /** Each node's last step. */
  readonly #steps: Record<NodeName, Step> = {
    nodea: { life: 0, at: 0, atOnce: 0, before: nothing },
    nodeb: { life: 0, at: 0, atOnce: 0, before: nothing },
  };
  /** Since when an address has been on both boxes, with an agent that should give way. */
  #contestedSince: number | null = null;
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
      const { isUp, isHeldUp } = this.#world.machine(node);
      const isAlone = isUp && !isHeldUp && this.#mayServe(node) && !this.#world.machine(other(node)).hasPower;
      this.#alone[node] = isAlone ? (this.#alone[node] ?? now) : null;
    }
    this.#contestedSince = this.#isContested() ? (this.#contestedSince ?? now) : null;
    if (this.#moods.nodea.lying > 0 || this.#moods.nodeb.lying > 0) this.#liedAt = now;
  }

  /** Nothing but the peer keeps this node from serving: the LAN is there, and no stranger on it. */
  #mayServe(node: NodeName): boolean {
    const { lan, options, gatewayFaults } = this.#world;
    if (!lan.isOn(node) || (options.defences.releaseIsolated && gatewayFaults > 0)) return false;
    return !options.defences.look || nodeNames.every((owner) => lan.strangers[owner] === 0);
  }

  /** Some address is on both boxes, and the agent that it does not prefer runs and can tell that the peer's box has it. */
  #isContested(): boolean {
    const world = this.#world;
    if (!world.options.claims) return false;
    return world.options.groups.some((owner) => {
      const guest = world.machine(other(owner));
      const { state } = guest.agent;
      if (!state || guest.isHeldUp || !this.#isAwake(owner)) return false;
      if (state.peer.status !== 'dead' || !state.peer.macs.includes(macOf(owner))) return false;
      return nodeNames.every((node) => world.serves(node, owner));
    });
  }

  #isAwake(node: NodeName): boolean {
    const { agent, isHeldUp } = this.#world.machine(node);
    return agent.state !== null && !isHeldUp;
  }

  /** A node has taken a step. */
  ofStep(
    node: NodeName,
  ): Pick<Moment, 'alone' | 'liedAt' | 'slept' | 'stepsAtOnce' | 'cutOff' | 'contested' | 'before'> {
    const { now } = this.#world.clock;
    const { lives, agent, groups, heldUpAt } = this.#world.machine(node);
    const last = this.#steps[node];
    const isSameLife = last.life === lives;
    const atOnce = last.at === now ? last.atOnce + 1 : 1;
    const { state } = agent;
    const before = {
      claim: state?.claim ?? null,
      holds: state?.resources.holds ?? 'none',
      served: groups.up,
    };
    this.#steps[node] = { life: lives, at: now, atOnce, before };
    const alone = this.#alone[node];
    const heard = Math.max(now - this.#hearing.silence(node), this.#world.pingHeardAt[node], heldUpAt);
    return {
      alone: alone === null ? 0 : now - alone,
      liedAt: this.#liedAt,
      slept: isSameLife ? now - last.at : 0,
      stepsAtOnce: atOnce,
      cutOff: now - heard,
      contested: this.#contestedSince === null ? 0 : now - this.#contestedSince,
      before: isSameLife ? last.before : null,
    };
  }
}
