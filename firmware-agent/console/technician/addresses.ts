import { virtualAddress } from '../virtual-address.ts';

/** The address of either version that a resource word of haresources brings up or announces; undefined for any other. */
export function anyAddress(resource: string): string | undefined {
  return virtualAddress(resource) ?? /^(?:IPv6addr|SendArp)::([^/]+)/.exec(resource)?.[1];
}
