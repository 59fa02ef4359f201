import type { State } from '../../firmware-agent/core/state.ts';
import type { Hearing } from './hearing.ts';
import type { Before, Moment } from './invariants.ts';
import { macOf } from './lan.ts';
import { type NodeName, nodeNames, other } from './node-name.ts';
import type { ScriptMood } from './scripts.ts';
import type { World } from './world.ts';

/** A node's last step. */
interface Step {
  /** Which life of its node took it. */
  life: number;
  /** True ms. */
  at: number;
  /** How many there have been at this very time. */
  atOnce: number;
  /** How its life was then. */
  left: Before;
}

const nothing: Before = { claim: null, holds: 'none', served: [] };

/** What is told anew of every step. */
export type OfStep = {
  -readonly [Key in
    | 'alone'
    | 'liedAt'
    | 'slept'
    | 'stepsAtOnce'
    | 'cutOff'
    | 'contested'
    | 'before']: Moment[Key];
};

/** What an invariant must know besides the state: since when a node is alone, how long it slept, whether scripts lie. */
export class Circumstances {
  readonly #world: World;
  readonly #hearing: Hearing;
  readonly #moods: Readonly<Record<NodeName, ScriptMood>>;
  /** Since when each node has been well, and the other box without power. */
  readonly #alone: Record<NodeName, number | null> = { nodea: null, nodeb: null };
  readonly #steps: Readonly<Record<NodeName, Step>> = {
    nodea: { life: 0, at: 0, atOnce: 0, left: nothing },
    nodeb: { life: 0, at: 0, atOnce: 0, left: nothing },
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
      this.#alone[node] = this.#isAlone(node) ? (this.#alone[node] ?? now) : null;
    }
    this.#contestedSince = this.#isContested() ? (this.#contestedSince ?? now) : null;
    if (this.#moods.nodea.lying > 0 || this.#moods.nodeb.lying > 0) this.#liedAt = now;
  }

  /** It is well, and the other box is without power. */
  #isAlone(node: NodeName): boolean {
    if (this.#world.machine(other(node)).hasPower) return false;
    const { isUp, isHeldUp } = this.#world.machine(node);
    return isUp && !isHeldUp && this.#mayServe(node);
  }

  /** Nothing but the peer keeps this node from serving: LAN, disk and fence device are there, and no stranger. */
  #mayServe(node: NodeName): boolean {
    const { lan, options, gatewayFaults, disk, fenceFaults } = this.#world;
    if (!lan.isOn(node) || (options.defences.releaseIsolated && gatewayFaults > 0)) return false;
    if (!disk.isSound(node) || fenceFaults[node] > 0) return false;
    return !options.defences.look || nodeNames.every((owner) => lan.strangers[owner] === 0);
  }

  /** Some address is on both boxes, and the agent that it does not prefer runs and can tell that the peer's box has it. */
  #isContested(): boolean {
    const world = this.#world;
    // A Heartbeat neither claims its addresses again nor heeds another's claim.
    if (!world.options.claims || world.options.heartbeat !== null) return false;
    for (const owner of world.options.groups) {
      const guest = world.machine(other(owner));
      const { state } = guest.agent;
      if (state?.peer.status !== 'dead' || guest.isHeldUp || !this.#isAwake(owner)) continue;
      if (!state.peer.macs.includes(macOf(owner))) continue;
      if (nodeNames.every((node) => world.serves(node, owner))) return true;
    }
    return false;
  }

  #isAwake(node: NodeName): boolean {
    const { agent, isHeldUp } = this.#world.machine(node);
    return agent.isAlive && !isHeldUp;
  }

  /** A node has taken a step: what is to be told of it is put into `told`. */
  ofStep(node: NodeName, told: OfStep): void {
    const { now } = this.#world.clock;
    const { lives, agent, groups, heldUpAt } = this.#world.machine(node);
    const step = this.#steps[node];
    const isSameLife = step.life === lives;
    told.before = isSameLife ? step.left : null;
    told.slept = isSameLife ? now - step.at : 0;
    step.atOnce = step.at === now ? step.atOnce + 1 : 1;
    step.life = lives;
    step.at = now;
    step.left = following(step.left, agent.state, groups.up);
    told.stepsAtOnce = step.atOnce;
    const alone = this.#alone[node];
    told.alone = alone === null ? 0 : now - alone;
    told.liedAt = this.#liedAt;
    told.contested = this.#contestedSince === null ? 0 : now - this.#contestedSince;
    const heard = Math.max(now - this.#hearing.silence(node), this.#world.pingHeardAt[node], heldUpAt);
    told.cutOff = now - heard;
  }
}

/** How a life is now; the same as before where nothing of it changed. */
function following(before: Before, state: State | null, served: readonly NodeName[]): Before {
  const claim = state?.claim ?? null;
  const holds = state?.resources.holds ?? 'none';
  const isSame = before.claim === claim && before.holds === holds && before.served === served;
  return isSame ? before : { claim, holds, served };
}
