import type { Random } from '../unit/support/random.ts';
import type { NodeName } from './node-name.ts';
import type { Scenario } from './scenario.ts';
import type { ScriptMood } from './scripts.ts';
import type { World } from './world.ts';

/** What a fault acts on. */
export interface Stage {
  readonly world: World;
  readonly moods: Readonly<Record<NodeName, ScriptMood>>;
  /** Ask an operator's question; the pair's watcher waits for the answer. */
  readonly command: (
    node: NodeName,
    command: 'standby' | 'takeover',
    set: 'all' | 'local' | 'foreign' | 'failback',
  ) => void;
  /** Let what waits on a node be taken over, by a human's word. */
  readonly confirm: (node: NodeName) => void;
}

/** A fault as the plan draws it; `begin` and `end` undo one another, also where several of a kind overlap. */
export interface Effect {
  /** What it does, and to what, for the reader of a trace. */
  readonly text: string;
  readonly begin: (stage: Stage) => void;
  readonly end: (stage: Stage) => void;
}

export type Draw = (random: Random, scenario: Scenario) => Effect;
