import type { Holding } from './holding.ts';
import type { State } from './state.ts';

/** The keys of the groups of a set. */
export function keysOf({ settings }: State, set: Holding): readonly string[] {
  const { localKeys, foreignKeys } = settings;
  if (set === 'local') return localKeys;
  if (set === 'foreign') return foreignKeys;
  return set === 'all' ? [...localKeys, ...foreignKeys] : [];
}
