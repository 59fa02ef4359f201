/**
 * Which groups a node holds, as the wire says it: from that node's own point of view (spec cluster.md 2).
 * `local` are the groups that prefer the node itself, `foreign` those that prefer its peer.
 */
export type Holding = 'none' | 'local' | 'foreign' | 'all';

const bits: Readonly<Record<Holding, number>> = { none: 0, local: 1, foreign: 2, all: 3 };
const names: readonly Holding[] = ['none', 'local', 'foreign', 'all'];

function fromBits(mask: number): Holding {
  const name = names[mask];
  if (name === undefined) throw new RangeError(`no holding has the mask ${mask}`);
  return name;
}

export function isHolding(text: string | undefined): text is Holding {
  return text !== undefined && Object.hasOwn(bits, text);
}

export function union(a: Holding, b: Holding): Holding {
  return fromBits(bits[a] | bits[b]);
}

export function without(a: Holding, b: Holding): Holding {
  return fromBits(bits[a] & ~bits[b]);
}

export function common(a: Holding, b: Holding): Holding {
  return fromBits(bits[a] & bits[b]);
}

export function overlaps(a: Holding, b: Holding): boolean {
  return (bits[a] & bits[b]) !== 0;
}

export function includes(a: Holding, b: Holding): boolean {
  return (bits[a] & bits[b]) === bits[b];
}

/** The same groups from the other node's point of view. */
export function mirror(set: Holding): Holding {
  if (set === 'local') return 'foreign';
  if (set === 'foreign') return 'local';
  return set;
}
