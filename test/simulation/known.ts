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
    name: 'a Heartbeat took what we serve',
    reason:
      'It was late, or deaf, and does not know that we live; ours hears of it (`stonith`, its reports) and keeps all. To be mended in audit.ts and partition.ts.',
    applies: ({ peers, invariant }) => peers === 'heartbeat' && invariant === 'servedByOne',
  },
  {
    name: 'groups of a Heartbeat that nobody serves',
    reason:
      'It rests without them, because we had them before we restarted. To be mended in audit.ts. In legacy mode it asks for its groups once only, perhaps when nobody hears: that stays.',
    applies: ({ peers, invariant, text }) =>
      peers === 'heartbeat' && invariant === 'comesToRest' && text.includes('served by nobody'),
  },
  {
    name: 'a Heartbeat waits for an hour',
    reason: 'It refuses the failback meanwhile, which ours asks for every minute.',
    applies: ({ peers, invariant, text }) =>
      peers === 'heartbeat' && invariant === 'comesToRest' && /failbackAt|standby/.test(text),
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
