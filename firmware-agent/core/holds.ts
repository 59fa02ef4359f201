import { common, type Holding, includes } from './holding.ts';
import type { Turn } from './turn.ts';

/** Change what this node holds, and remember since when: a set that stays keeps its time. */
export function setHolds(turn: Turn, holds: Holding): void {
  const { resources, now } = turn.state;
  for (const set of ['local', 'foreign'] as const) {
    if (!includes(holds, set)) resources.heldSince[set] = null;
    else resources.heldSince[set] ??= now;
  }
  // What is not held cannot be given back; a later standby by hand must not be undone.
  if (!includes(holds, 'foreign')) resources.needsFailback = false;
  resources.handOverSet = common(resources.handOverSet, holds);
  if (resources.handOverSet === 'none') resources.handOverAt = null;
  resources.holds = holds;
}
