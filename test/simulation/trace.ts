import type { Action } from '../../firmware-agent/core/action.ts';
import type { NodeName } from './node-name.ts';
import type { Fault } from './plan.ts';
import { describeScenario, type Scenario } from './scenario.ts';
import { Telling, timeText } from './telling.ts';

/** Follows a run as it happens. */
export interface Trace {
  begins(seed: number, scenario: Scenario, plan: readonly Fault[]): void;
  acted(now: number, node: NodeName, action: Action): void;
  tell(now: number, who: string, text: string): void;
}

export const noTrace: Trace = { begins: () => {}, acted: () => {}, tell: () => {} };

/** The run as a transcript that a human reads, line by line to `write`. */
export class Transcript implements Trace {
  readonly #telling = new Telling();
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  begins(seed: number, scenario: Scenario, plan: readonly Fault[]): void {
    this.#write(`# seed ${seed}: ${describeScenario(scenario)}`);
    for (const { kind, from, until, text } of plan) {
      this.#write(`# ${timeText(from)} to ${timeText(until)}  ${kind}: ${text}`);
    }
  }

  acted(now: number, node: NodeName, action: Action): void {
    const said = this.#telling.describe(node, action);
    if (said !== null) this.tell(now, node, said);
  }

  tell(now: number, who: string, text: string): void {
    this.#write(`${timeText(now)} ${who.padEnd(5)} ${text}`);
  }
}
