import type { Machine } from './command-context.ts';
import type { StatusReport } from './report.ts';
import { virtualAddress } from './virtual-address.ts';

/** Look-ups take time and processes: a pair of small boxes has a handful of addresses. */
const mostLookups = 16;

/**
 * Who answers for each virtual address of the report, in words, by address. An address that this machine holds
 * is not looked up: a machine never asks the network for its own.
 */
export async function findNeighbours(
  report: StatusReport,
  lookup: Machine['neighbour'],
): Promise<Map<string, string>> {
  const addresses = new Set<string>();
  const found = new Map<string, string>();
  for (const resource of report.groups.flatMap((group) => group.resources)) {
    const address = virtualAddress(resource.text);
    if (address === undefined) continue;
    if (resource.state === 'running') found.set(address, 'answers here');
    else addresses.add(address);
  }
  await Promise.all(
    [...addresses].slice(0, mostLookups).map(async (address) => {
      const answer = await lookup(address);
      found.set(
        address,
        'mac' in answer ? `answers at ${answer.mac}` : `who answers is not known: ${answer.reason}`,
      );
    }),
  );
  return found;
}
