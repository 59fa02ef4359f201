import { readFileSync } from 'node:fs';
import {
  type AdvertisementClaim,
  parseAdvertisement,
  unsolicitedAdvertisement,
} from './advertisement-frame.ts';
import { openPacketPort, type PacketPort } from './packet-port.ts';

export type { AdvertisementClaim } from './advertisement-frame.ts';

/** The neighbour advertisements of one Ethernet interface: what gratuitous ARP is to IPv4. */
export interface AdvertisementPort extends Pick<PacketPort, 'mac' | 'close'> {
  /**
   * Tells every host of the network that the IPv6 address is here, by one unsolicited neighbour advertisement. Throws an
   * ErrnoException: ENETDOWN (the interface is down), ENXIO (it is gone; open another port once it is back).
   */
  announce(address: string): void;
}

/**
 * Opens an interface for neighbour advertisements. `onClaim` hears of every one by which another hardware address says
 * that an IPv6 address is its own. Throws an ErrnoException (ENODEV: no such interface) or an Error if it is no Ethernet.
 */
export function openAdvertisement(
  device: string,
  onClaim: (claim: AdvertisementClaim) => void,
): AdvertisementPort {
  const port = openPacketPort(device, 'advertisements', (frame) => {
    const claim = parseAdvertisement(frame);
    if (claim && claim.mac !== port.mac) onClaim(claim);
  });
  const { mac, send, close } = port;
  return {
    mac,
    announce: (address) => send(unsolicitedAdvertisement(address, mac, isRouter(device))),
    close,
  };
}

/** As the kernel says in its own advertisements. */
function isRouter(device: string): boolean {
  try {
    return readFileSync(`/proc/sys/net/ipv6/conf/${device}/forwarding`, 'latin1').trim() !== '0';
  } catch {
    // An interface that is gone: sending says so.
    return false;
  }
}
