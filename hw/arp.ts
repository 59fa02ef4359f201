import { close } from 'node:fs';
import { type ArpClaim, type ArpProbe, arpProbe, gratuitousArp, parseArp } from './arp-frame.ts';
import { binding } from './binding.ts';
import { listInterfaces } from './netlink.ts';

export type { ArpClaim, ArpProbe } from './arp-frame.ts';

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
  /** Asks every host of the network for the IPv4 address, once; who has it answers by a claim. Throws as `announce`. */
  probe(address: string): void;
  /** Hears what has arrived by now without waiting for the event loop: the callbacks come from inside this call. */
  hear(): void;
  /** Why silence means nothing here now, in words; null: the interface works. Throws an ErrnoException. */
  fault(): string | null;
  /** Nothing is heard any more; the socket itself goes a little later. */
  close(): void;
}

/** So that a storm of ARP leaves time for everything else, most frames for one turn of the event loop, */
const framesPerTurn = 64;
/** and for one `hear`: more than a socket's buffer holds. */
const framesWaiting = 512;

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
  const { packetOpen, packetReceive, packetSend, unwatch, watch } = binding();
  const fd = packetOpen(device);
  const mac = listInterfaces().find((entry) => entry.name === device)?.mac;
  if (!mac) {
    close(fd);
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
  const receive = (most: number) => {
    for (let count = 0; open && count < most; count++) {
      const length = receiveFrame();
      if (length < 0) return;
      const heard = parseArp(buffer.subarray(0, length));
      if (!heard || heard.mac === mac) continue;
      if (heard.kind === 'probe') onProbe(heard);
      else onClaim(heard);
    }
  };
  const handle = watch(fd, () => receive(framesPerTurn));
  return {
    mac,
    announce(address) {
      packetSend(fd, gratuitousArp('request', address, mac));
      packetSend(fd, gratuitousArp('reply', address, mac));
    },
    probe: (address) => packetSend(fd, arpProbe(address, mac)),
    hear: () => receive(framesWaiting),
    fault: () => faultOf(device),
    close() {
      if (!open) return;
      open = false;
      unwatch(handle);
      // The kernel lets a packet socket go only after some ten milliseconds, which no heartbeat should wait for.
      close(fd);
    },
  };
}

const noEthernet = '00:00:00:00:00:00';

function faultOf(device: string): string | null {
  const found = listInterfaces().find((entry) => entry.name === device);
  if (!found) return `interface ${device} is gone`;
  if (found.mac === noEthernet) return `interface ${device} is no Ethernet`;
  if (!found.up) return `interface ${device} is down`;
  return found.carrier ? null : `interface ${device} has no carrier`;
}
