import type { Address6Resource, AddressResource } from '../config/config.ts';
import type { InterfaceAddress } from './hardware.ts';
import * as ipv4 from './ipv4.ts';
import * as ipv6 from './ipv6.ts';
import { ResourceError } from './resource.ts';

/** An address of either family, as haresources has it. */
export type WantedAddress = AddressResource | Address6Resource;

/** Where an address goes, with nothing left open. */
export interface Placement {
  readonly device: string;
  readonly address: string;
  readonly prefix: number;
  readonly broadcast?: string;
  readonly label?: string;
}

/**
 * Fill in what haresources leaves out: the interface and the prefix of the smallest network of this box's own
 * that holds the address; the broadcast address from the prefix.
 * @throws ResourceError when no interface has such a network, with what to write instead.
 */
export function place(wanted: WantedAddress, present: readonly InterfaceAddress[]): Placement {
  const network = needsNetwork(wanted) ? smallestNetwork(wanted, present) : undefined;
  const device = wanted.device ?? network?.device;
  const prefix = wanted.prefix ?? network?.prefix;
  if (device === undefined || prefix === undefined) throw noNetwork(wanted);
  const { address } = wanted;
  if (wanted.kind === 'address6') return { device, address, prefix };
  const broadcast = wanted.broadcast ?? ipv4.broadcastOf(address, prefix);
  return {
    device,
    address,
    prefix,
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(wanted.label === undefined ? {} : { label: wanted.label }),
  };
}

function needsNetwork(wanted: WantedAddress): boolean {
  return wanted.device === undefined || wanted.prefix === undefined;
}

function smallestNetwork(
  wanted: WantedAddress,
  present: readonly InterfaceAddress[],
): InterfaceAddress | undefined {
  const { holds } = wanted.kind === 'address6' ? ipv6 : ipv4;
  let best: InterfaceAddress | undefined;
  for (const entry of present) {
    // The address itself, left by an agent that died, is no network of the box's own.
    if (entry.address === wanted.address) continue;
    if (wanted.device !== undefined && entry.device !== wanted.device) continue;
    if (!holds(entry.address, entry.prefix, wanted.address)) continue;
    if (best === undefined || entry.prefix > best.prefix) best = entry;
  }
  return best;
}

function noNetwork(wanted: WantedAddress): ResourceError {
  const where =
    wanted.device === undefined ? 'no interface' : `${wanted.device} has no address whose network`;
  const lacks = wanted.device === undefined ? 'has a network that holds' : 'holds';
  const [script, usual] = wanted.kind === 'address6' ? ['IPv6addr', 64] : ['IPaddr', 24];
  const prefix = wanted.prefix ?? usual;
  const device = wanted.device ?? 'eth0';
  return new ResourceError(
    `${where} ${lacks} ${wanted.address}: write prefix and interface, as in ${script}::${wanted.address}/${prefix}/${device}`,
  );
}
