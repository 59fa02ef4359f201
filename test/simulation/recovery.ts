import { recoveryBound, restTime } from './bounds.ts';
import type { Stage } from './fault.ts';
import { nodeNames } from './node-name.ts';
import type { Fault, FaultClass } from './plan.ts';
import { remedy } from './remedy.ts';
import { isAtRest } from './rest.ts';
import type { Scenario } from './scenario.ts';
import type { Service } from './service.ts';
import type { World } from './world.ts';

/** A pair whose faults are over. */
export interface Recovering {
  readonly world: World;
  readonly service: Service;
  readonly stage: Stage;
  readonly scenario: Scenario;
  readonly plan: readonly Fault[];
}

/** How often one looks while nothing but heartbeats happens, in ms. */
const glance = 500;

/** Faults after which automatic failback brings every group home. */
const keepHome: readonly FaultClass[] = [
  'power loss',
  'state lost',
  'graceful stop',
  'duplicate',
  'clock jump',
];

/** Let the pair come to rest, and stay at it; says what is wrong where it does not. `isOver` ends it early. */
export function recover(
  pair: Recovering,
  isOver: () => boolean,
): { readonly invariant: string; readonly text: string } | null {
  const { world, service, scenario, plan } = pair;
  const { clock } = world;
  const bound = recoveryBound(scenario, plan);
  const enough = restTime(scenario);
  const begin = clock.now;
  let restedSince: number | null = null;
  while (!isOver()) {
    clock.run(glance, isOver);
    if (!isAtRest(world, service)) restedSince = null;
    else restedSince ??= clock.now;
    if (restedSince !== null && clock.now - restedSince >= enough)
      return isHome(pair) ? null : { invariant: 'comesHome', text: whatMoves(pair) };
    remedy(pair.stage, service, plan, clock.now - begin);
    if (restedSince === null && clock.now - begin > bound)
      return { invariant: 'comesToRest', text: whatMoves(pair) };
  }
  return null;
}

/** With automatic failback each group ends where it belongs, unless somebody moved it or a silence made both serve. */
function isHome({ scenario, plan, service }: Recovering): boolean {
  const { autoFailback, gateway, groups, heartbeat } = scenario;
  // A Heartbeat that is greeted while it takes over does not fail back afterwards.
  if (heartbeat !== null) return true;
  if (!autoFailback || gateway || plan.some(({ kind }) => !keepHome.includes(kind))) return true;
  return groups.every((owner) => service.serversOf(owner).includes(owner));
}

function whatMoves({ world, service, scenario }: Recovering): string {
  const nodes = nodeNames.map((node) => `${node}: ${world.machine(node).agent.unrest ?? 'rests'}`);
  const served = scenario.groups.map(
    (owner) => `groups of ${owner} served by ${service.serversOf(owner).join(' and ') || 'nobody'}`,
  );
  return [...served, ...nodes].join('; ');
}
