import type { Holding } from '../../firmware-agent/core/holding.ts';
import { includes } from '../../firmware-agent/core/holding.ts';

export type NodeName = 'nodea' | 'nodeb';
export const nodeNames: readonly NodeName[] = ['nodea', 'nodeb'];

export function other(name: NodeName): NodeName {
  return name === 'nodea' ? 'nodeb' : 'nodea';
}

/** The groups that prefer `owner`, as `node` calls them. */
export function setOf(node: NodeName, owner: NodeName): 'local' | 'foreign' {
  return node === owner ? 'local' : 'foreign';
}

/** Whose groups a node calls so. */
export function ownerOf(node: NodeName, set: 'local' | 'foreign'): NodeName {
  return set === 'local' ? node : other(node);
}

/** Whether the groups that prefer `owner` belong to `set` as `node` means it. */
export function inSet(node: NodeName, owner: NodeName, set: Holding): boolean {
  return includes(set, setOf(node, owner));
}
