import type { Stage } from './fault.ts';
import { other, setOf } from './node-name.ts';
import type { Fault } from './plan.ts';
import type { Service } from './service.ts';

/** Faults after which a group may be down although both nodes are well: the core says that an operator must move it. */
export const needHands: readonly string[] = ['failing scripts', 'hanging scripts', 'lying scripts'];

/** An operator waits so long, and then so long between two commands, in ms. */
const patience = 20_000;

/** Where scripts failed, an operator starts what is down once all is well: on the node that holds it, else where it belongs. */
export function remedy(stage: Stage, service: Service, plan: readonly Fault[], elapsed: number): void {
  if (elapsed < patience || elapsed % patience >= 500 || service.isWhole()) return;
  if (!plan.some(({ kind }) => needHands.includes(kind))) return;
  const { world } = stage;
  for (const owner of world.options.groups) {
    if (service.serversOf(owner).length > 0) continue;
    const { holds } = world.machine(other(owner)).agent;
    const node = holds === 'all' || holds === 'foreign' ? other(owner) : owner;
    stage.command(node, 'takeover', setOf(node, owner));
    return;
  }
}
