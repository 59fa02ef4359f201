/** What one direction of the crossover cable does to heartbeat datagrams; probabilities, 0 to 1. All else comes through. */
export interface Tampering {
  /** A datagram never arrives. */
  loss: number;
  /** It arrives behind the next one that comes through. */
  swap: number;
  /** It arrives twice. */
  duplication: number;
}

export const HONEST: Readonly<Tampering> = { loss: 0, swap: 0, duplication: 0 };

/** Heartbeat datagrams only. */
export interface DatagramCounts {
  sent: number;
  lost: number;
  swapped: number;
  duplicated: number;
  /** Handed to the receiver, replayed ones aside. */
  delivered: number;
}

/** Datagrams kept of what was sent last, for tests that play them again: some minutes of heartbeats. */
const MEMORY = 400;

/** The laboratory's udpport. */
const HEARTBEAT_PORT = 694;
const ETHERNET_HEADER = 14;
const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_UDP = 17;

/** One direction of the crossover cable, free of I/O. */
export class CrossoverLine {
  readonly tampering: Tampering = { ...HONEST };
  readonly counts: DatagramCounts = { sent: 0, lost: 0, swapped: 0, duplicated: 0, delivered: 0 };
  readonly #give: (frame: Uint8Array) => void;
  readonly #random: () => number;
  #memory: Uint8Array[] = [];
  /** Waits for the one that it changes places with. */
  #held: Uint8Array | null = null;

  constructor(give: (frame: Uint8Array) => void, random: () => number) {
    this.#give = give;
    this.#random = random;
  }

  /** A frame went in at the sender's end. */
  carry(frame: Uint8Array): void {
    const udp = udpHeader(frame);
    if (udp === null) {
      this.#give(frame);
      return;
    }
    const bytes = Uint8Array.from(frame);
    // The sender's kernel leaves the checksum to its card, which this is not: none at all is allowed (RFC 768).
    bytes.fill(0, udp + 6, udp + 8);
    if (word(bytes, udp + 2) !== HEARTBEAT_PORT) {
      this.#give(bytes);
      return;
    }
    this.#memory = [...this.#memory, bytes].slice(-MEMORY);
    this.counts.sent += 1;
    this.#tamper(bytes);
  }

  /** The last heartbeat datagrams that the sender sent, lost ones too, the oldest first; whole frames, for `replay`. */
  get memory(): readonly Uint8Array[] {
    return this.#memory;
  }

  /** Hand frames to the receiver whatever the sender does. */
  replay(frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.#give(frame);
  }

  #tamper(bytes: Uint8Array): void {
    const { loss, swap, duplication } = this.tampering;
    if (this.#random() < loss) {
      this.counts.lost += 1;
      return;
    }
    if (this.#held === null && this.#random() < swap) {
      this.counts.swapped += 1;
      this.#held = bytes;
      return;
    }
    this.#deliver(bytes);
    if (this.#random() < duplication) {
      this.counts.duplicated += 1;
      this.#deliver(bytes);
    }
    if (this.#held !== null) this.#deliver(this.#held);
    this.#held = null;
  }

  #deliver(bytes: Uint8Array): void {
    this.counts.delivered += 1;
    this.#give(bytes);
  }
}

/** Where the UDP header of an unfragmented IPv4 frame begins; null: it is something else. */
function udpHeader(frame: Uint8Array): number | null {
  if (frame.length < ETHERNET_HEADER + 20 || word(frame, 12) !== ETHERTYPE_IPV4) return null;
  const ip = frame.subarray(ETHERNET_HEADER);
  const fragmented = (word(ip, 6) & 0x3fff) !== 0;
  const header = ((ip[0] ?? 0) & 0x0f) * 4;
  if (fragmented || ip[9] !== PROTOCOL_UDP || ip.length < header + 8) return null;
  return ETHERNET_HEADER + header;
}

/** Sixteen bits in the network's order. */
function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
