import type { State } from '../../firmware-agent/core/state.ts';
import { nodeNames } from './node-name.ts';
import type { Service } from './service.ts';
import type { World } from './world.ts';

/** Both nodes are active, each address is served by one, and nothing is due but heartbeats. */
export function isAtRest(world: World, service: Service): boolean {
  return service.isWhole() && nodeNames.every((node) => world.machine(node).agent.unrest === null);
}

/** What is still to come in one node; null: nothing. */
export function unrest(state: State | null): string | null {
  if (!state) return 'no life';
  const { resources, ipfail, peer } = state;
  if (state.status !== 'active') return `status ${state.status}`;
  if (peer.status !== 'active') return `peer ${peer.status}`;
  if (resources.phase !== 'stable') return `phase ${resources.phase}`;
  if (resources.jobs.length > 0) return `${resources.jobs.length} jobs`;
  if (resources.standby !== 'not') return `standby ${resources.standby}`;
  if (!state.settings.legacy && !resources.peerStable) return 'peer not stable';
  if (state.claim !== null) return 'something is claimed';
  if (peer.missing.size > 0) return `${peer.missing.size} messages missing`;
  const due = {
    askNodesAt: state.askNodesAt,
    settleAt: resources.settleAt,
    failbackAt: resources.failbackAt,
    forsakenAt: resources.forsakenAt,
    handOverAt: resources.handOverAt,
    healBy: resources.healBy,
    partitionAt: state.partitionAt,
    stopBy: state.stopBy,
    giveUpAt: ipfail?.giveUpAt ?? null,
    compareAt: ipfail?.compareAt ?? null,
  };
  return Object.entries(due).find(([, at]) => at !== null)?.[0] ?? null;
}
