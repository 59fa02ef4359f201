import { virtualAddress } from '../console/virtual-address.ts';

/** `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** A span with the tenths that matter in a failover: `5.0 s`; without them once it is long: `754 s`. */
export function seconds(milliseconds: number): string {
  const exact = milliseconds / 1000;
  return `${exact < 100 ? exact.toFixed(1) : Math.round(exact)} s`;
}

/** Groups by the keys of haresources; one that is an address by that alone. */
export function groupsInWords(keys: readonly string[]): string {
  return list(keys.map((key) => virtualAddress(key) ?? key));
}
