import type { Action } from '../../firmware-agent/core/action.ts';
import type { Human } from './defence-sets.ts';
import type { Stage } from './fault.ts';
import { type NodeName, other } from './node-name.ts';

/** Whoever is told that a takeover waits for his word, and gives it. */
export class Attendant {
  readonly #human: Human;
  readonly #stage: Stage;
  /** He is on his way to what these nodes wait for. */
  readonly #coming = new Set<NodeName>();

  constructor(human: Human, stage: Stage) {
    this.#human = human;
    this.#stage = stage;
  }

  acted(node: NodeName, action: Action): void {
    if (action.do !== 'alarm' || action.kind !== 'waiting-for-confirmation') return;
    if (action.level !== 'cleared') this.#come(node);
  }

  #come(node: NodeName): void {
    if (this.#coming.has(node)) return;
    this.#coming.add(node);
    const { clock } = this.#stage.world;
    clock.plan(clock.now + this.#human.delay, () => {
      this.#coming.delete(node);
      this.#decide(node);
    });
  }

  /** A careful one does not confirm while he finds the other box serving, and looks again. */
  #decide(node: NodeName): void {
    const { world, confirm } = this.#stage;
    const state = world.machine(node).agent.state;
    if (!state?.alarms['waiting-for-confirmation']) return;
    if (this.#human.hasty || world.machine(other(node)).groups.up.length === 0) confirm(node);
    else this.#come(node);
  }
}
