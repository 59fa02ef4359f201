import type { Claims } from '../../scripts/appliance/answers.ts';
import type { Bench } from '../../scripts/appliance/bench.ts';
import type { Rest } from '../../scripts/appliance/guest.ts';

/** Something that befalls the pair, and what becomes of it. */
export interface Step {
  readonly title: string;
  readonly act: (bench: Bench) => Promise<unknown>;
  readonly rest: Rest;
  /**
   * How long the client may be without an answer. `none`: nobody else answers meanwhile; `move`: less than deadtime, as
   * nobody had to be declared dead; `takeover`: deadtime, and as much again for a slow machine; `any`: not judged.
   */
  readonly outage: 'none' | 'move' | 'takeover' | 'any';
  /** For how many milliseconds both boxes may answer for the address, and why that is not to be helped; 0 unless told. */
  readonly both?: { readonly most: number; readonly because: string };
  /** What else is wrong, once the pair is at rest. */
  readonly check?: (bench: Bench, claims: Claims) => Promise<readonly string[]>;
}

export interface Scenario {
  readonly name: string;
  /** It begins and ends with both boxes on, at rest, nodea serving. */
  readonly steps: readonly Step[];
}

/** One line of the table. Times in milliseconds; null: nothing was measured. */
export interface Row {
  readonly scenario: string;
  readonly step: string;
  readonly outage: number | null;
  readonly both: number;
  /** How long the step took. */
  readonly took: number;
  readonly problems: readonly string[];
  /** Why both boxes answered although nothing is wrong; null: they did not. */
  readonly because: string | null;
  /** What went wrong when the scenario was played for the first time; null: this was it. */
  readonly first: string | null;
}
