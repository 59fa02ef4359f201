import type { Violation } from './run.ts';
import type { Scenario } from './scenario.ts';

interface Known {
  readonly name: string;
  /** Why it happens, and what mends it. */
  readonly reason: string;
  readonly applies: (violation: Violation, scenario: Scenario) => boolean;
}

/** Violations whose cause is found and not mended yet: each as narrow as can be. */
export const known: readonly Known[] = [
  {
    name: 'groups of a Heartbeat that nobody serves',
    reason: 'In legacy mode it asks for its groups once only, perhaps when nobody hears.',
    applies: ({ peers, invariant, text }, { legacy }) =>
      peers === 'heartbeat' && legacy && invariant === 'comesToRest' && text.includes('served by nobody'),
  },
  {
    name: 'a replaced Heartbeat is refused',
    reason: 'Its clock is behind what was used before: a recording looks the same. Ours must be restarted.',
    applies: ({ peers, invariant, text }) =>
      peers === 'heartbeat' &&
      invariant === 'comesToRest' &&
      /status up.*peer dead|peer dead.*status up/.test(text),
  },
];

/** The name of the known violation that this is; null: it is a new one. */
export function isKnown(violation: Violation, scenario: Scenario): string | null {
  return known.find(({ applies }) => applies(violation, scenario))?.name ?? null;
}
