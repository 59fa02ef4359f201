import type { GroupReport } from '../report.ts';
import { virtualAddress } from '../virtual-address.ts';

/** The address of either version that a resource word of haresources brings up or announces; undefined for any other. */
export function anyAddress(resource: string): string | undefined {
  return virtualAddress(resource) ?? /^(?:IPv6addr|SendArp)::([^/]+)/.exec(resource)?.[1];
}

/** What of these groups is up here and has an address. */
export function heldAddresses(groups: readonly Pick<GroupReport, 'resources'>[]): string[] {
  return groups
    .flatMap(({ resources }) => resources)
    .filter(({ state }) => state === 'running')
    .flatMap(({ text }) => anyAddress(text) ?? []);
}
