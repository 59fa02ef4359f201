import type { Violation } from './run.ts';
import type { Scenario } from './scenario.ts';

interface Known {
  readonly name: string;
  /** Why it happens, and what mends it. */
  readonly reason: string;
  readonly applies: (violation: Violation, scenario: Scenario) => boolean;
}

/** Violations whose cause is found and not mended yet: each as narrow as can be. */
export const known: readonly Known[] = [];

/** The name of the known violation that this is; null: it is a new one. */
export function isKnown(violation: Violation, scenario: Scenario): string | null {
  return known.find(({ applies }) => applies(violation, scenario))?.name ?? null;
}
