import { close } from 'node:fs';
import { binding } from './binding.ts';
import { listInterfaces } from './netlink.ts';

/** Whole frames of one Ethernet interface. */
export interface PacketPort {
  /** The interface's own address, lower case with colons. */
  readonly mac: string;
  /** Throws an ErrnoException: ENETDOWN (the interface is down), ENXIO (it is gone). */
  send(frame: Uint8Array): void;
  /** Hears what has arrived by now without waiting for the event loop: the callbacks come from inside this call. */
  hear(): void;
  /** Why silence means nothing here now, in words; null: the interface works. Throws an ErrnoException. */
  fault(): string | null;
  /** Nothing is heard any more; the socket itself goes a little later. */
  close(): void;
}

/** So that a storm of frames leaves time for everything else, most frames for one turn of the event loop, */
const framesPerTurn = 64;
/** and for one `hear`: more than a socket's buffer holds. */
const framesWaiting = 512;
/** Bytes of a frame that are read: more than an ARP frame or a neighbour advertisement has that is worth reading. */
const frameLimit = 128;

/**
 * Opens an interface for the frames of ARP or for neighbour advertisements. Throws an ErrnoException (ENODEV: no such
 * interface) or an Error if it is no Ethernet.
 */
export function openPacketPort(
  device: string,
  heard: 'arp' | 'advertisements',
  received: (frame: Uint8Array) => void,
): PacketPort {
  const { packetOpen, packetReceive, packetSend, unwatch, watch } = binding();
  const fd = packetOpen(device, heard === 'arp' ? 0 : 1);
  const mac = listInterfaces().find((entry) => entry.name === device)?.mac;
  if (!mac) {
    close(fd);
    throw new Error(`interface ${device} is no Ethernet: it has no hardware address`);
  }
  const buffer = new Uint8Array(frameLimit);
  let open = true;
  const receiveFrame = () => {
    try {
      return packetReceive(fd, buffer);
    } catch {
      // The interface went down or away: the kernel says so once, and send() when it matters.
      return -1;
    }
  };
  const receive = (most: number) => {
    for (let count = 0; open && count < most; count++) {
      const length = receiveFrame();
      if (length < 0) return;
      received(buffer.subarray(0, length));
    }
  };
  const handle = watch(fd, () => receive(framesPerTurn));
  return {
    mac,
    send(frame) {
      // Its number may be another file's by now.
      if (!open) throw new Error(`the port of ${device} is closed`);
      packetSend(fd, frame);
    },
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
