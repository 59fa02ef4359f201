import type { Holding } from '../../../firmware-agent/core/holding.ts';

/** `rsc_hold` as a bit mask, from the point of view of the node that says it (cluster.md 2). */
export const NONE = 0;
export const LOCAL = 1;
export const FOREIGN = 2;
export const ALL = 3;

const words: readonly Holding[] = ['none', 'local', 'foreign', 'all'];

export function wordOf(mask: number): Holding {
  return words[mask] ?? 'none';
}

/** Null: not a set. */
export function maskOf(text: string | undefined): number | null {
  const mask = (words as readonly (string | undefined)[]).indexOf(text);
  return mask < 0 ? null : mask;
}

/** The same groups as the other node calls them. */
export function mirror(mask: number): number {
  if (mask === LOCAL) return FOREIGN;
  return mask === FOREIGN ? LOCAL : mask;
}
