import { type ArpClaim, type ArpProbe, arpProbe, gratuitousArp, parseArp } from './arp-frame.ts';
import { openPacketPort, type PacketPort } from './packet-port.ts';

export type { ArpClaim, ArpProbe } from './arp-frame.ts';

/** The ARP traffic of one Ethernet interface. */
export interface ArpPort extends Omit<PacketPort, 'send'> {
  /**
   * Tells every host of the network that the IPv4 address is here: one gratuitous request and one reply, as
   * some hosts believe only the one and some only the other. Throws an ErrnoException: ENETDOWN (the interface is
   * down), ENXIO (it is gone; open another port once it is back).
   */
  announce(address: string): void;
  /** Asks every host of the network for the IPv4 address, once; who has it answers by a claim. Throws as `announce`. */
  probe(address: string): void;
}

/**
 * Opens an interface for ARP. `onClaim` hears of every ARP frame by which another hardware address says that
 * an IPv4 address is its own, whichever address that is; `onProbe` of every one by which it asks for an address that it
 * is about to take (RFC 5227). Throws an ErrnoException (ENODEV: no such interface) or an Error if it is no Ethernet.
 */
export function openArp(
  device: string,
  onClaim: (claim: ArpClaim) => void,
  onProbe: (probe: ArpProbe) => void = () => undefined,
): ArpPort {
  const port = openPacketPort(device, 'arp', (frame) => {
    const heard = parseArp(frame);
    if (!heard || heard.mac === port.mac) return;
    if (heard.kind === 'probe') onProbe(heard);
    else onClaim(heard);
  });
  const { mac, send, hear, fault, close } = port;
  return {
    mac,
    announce(address) {
      send(gratuitousArp('request', address, mac));
      send(gratuitousArp('reply', address, mac));
    },
    probe: (address) => send(arpProbe(address, mac)),
    hear,
    fault,
    close,
  };
}
