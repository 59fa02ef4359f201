import { closeSync } from 'node:fs';
import { type ArpClaim, gratuitousArp, parseArp } from './arp-frame.ts';
import { binding } from './binding.ts';
import { listInterfaces } from './netlink.ts';

export type { ArpClaim } from './arp-frame.ts';

/** The ARP traffic of one Ethernet interface. */
export interface ArpPort {
  /** The interface's own address, lower case with colons. */
  readonly mac: string;
  /**
   * Tells every host of the network that the IPv4 address is here: one gratuitous request and one reply, as
   * some hosts believe only the one and some only the other. Throws an ErrnoException: ENETDOWN (the interface is
   * down), ENXIO (it is gone; open another port once it is back).
   */
  announce(address: string): void;
  close(): void;
}

/** So that a storm of ARP leaves time for everything else, most frames for one turn of the event loop. */
const framesPerTurn = 64;

/**
 * Opens an interface for ARP. `onClaim` hears of every ARP frame by which another hardware address says that
 * an IPv4 address is its own, whichever address that is. Throws an ErrnoException (ENODEV: no such interface) or an Error
 * if it is no Ethernet.
 */
export function openArp(device: string, onClaim: (claim: ArpClaim) => void): ArpPort {
  const { packetOpen, packetReceive, packetSend, unwatch, watch } = binding();
  const fd = packetOpen(device);
  const mac = listInterfaces().find((entry) => entry.name === device)?.mac;
  if (!mac) {
    closeSync(fd);
    throw new Error(`interface ${device} is no Ethernet: it has no hardware address`);
  }
  const buffer = new Uint8Array(128);
  let open = true;
  const receiveFrame = () => {
    try {
      return packetReceive(fd, buffer);
    } catch {
      // The interface went down or away: the kernel says so once, and announce() when it matters.
      return -1;
    }
  };
  const receive = () => {
    for (let count = 0; open && count < framesPerTurn; count++) {
      const length = receiveFrame();
      if (length < 0) return;
      const claim = parseArp(buffer.subarray(0, length));
      if (claim && claim.mac !== mac) onClaim(claim);
    }
  };
  const handle = watch(fd, receive);
  return {
    mac,
    announce(address) {
      packetSend(fd, gratuitousArp('request', address, mac));
      packetSend(fd, gratuitousArp('reply', address, mac));
    },
    close() {
      if (!open) return;
      open = false;
      unwatch(handle);
      closeSync(fd);
    },
  };
}
