import type { RawSocket } from 'raw-socket';
import { binding } from './binding.ts';
import { echoRequest, echoTypes, type IpVersion, parseEchoReply } from './echo.ts';
import { errorText } from './error.ts';
import { createFaultTeller, type FaultTeller } from './fault.ts';
import type { Link } from './link.ts';
import { resolveHost } from './resolve.ts';

export interface PingOptions {
  /** Each gets every request: IPv4 addresses or host names, or with `ipv6` IPv6 addresses. */
  readonly hosts: readonly string[];
  /** `ipv4` unless told. */
  readonly version?: IpVersion;
  /** 0..65535: tells our answers from those to other processes (spec ipfail.md 1.2). */
  readonly identifier: number;
  /** Milliseconds between attempts to open a socket or to find a host's address; 10000 unless told. */
  readonly retry?: number;
}

export interface PingListener {
  /** The payload of an answer, the address that it came from, and the number (0..65535) of the round it answers. */
  received(payload: Uint8Array, from: string, sequence: number): void;
  faulted(fault: string | null): void;
}

/** Larger than any ping message, and than what an answer of foreign origin needs to be refused. */
const packetLimit = 4096;
/** Requests that may wait for the socket. */
const waitingRequests = 64;
/** Of the raw socket: the level of the option ICMP_FILTER or ICMP6_FILTER, which takes a mask of the types to keep away. */
const filterLevel = { ipv4: 255, ipv6: 58 } as const;
const icmpFilter = 1;

/**
 * ICMP echo to one or several hosts: each frame sent is the payload of one request to every host, all with the
 * same sequence number. A fault is told when no request can be sent to any host, or a name has no address.
 */
export function openPing(options: PingOptions, listener: PingListener): Link {
  return new PingLink(options, listener);
}

class PingLink implements Link {
  sent = 0;
  dropped = 0;
  readonly #options: PingOptions;
  readonly #listener: PingListener;
  readonly #fault: FaultTeller;
  readonly #addresses = new Map<string, string>();
  /** Why the kernel did not take the newest request, by address. */
  readonly #refused = new Map<string, string>();
  /** Why the socket, or a host's address, is missing. */
  #obstacle: string | null = null;
  #socket: RawSocket | null = null;
  readonly #version: IpVersion;
  #checksum: (packet: Buffer) => Buffer = (packet) => packet;
  #sequence = 0;
  #waiting = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: PingOptions, listener: PingListener) {
    this.#options = options;
    this.#version = options.version ?? 'ipv4';
    this.#listener = listener;
    this.#fault = createFaultTeller((fault) => listener.faulted(fault));
    void this.#prepare();
  }

  send(payload: Uint8Array): void {
    const socket = this.#socket;
    const packet = echoRequest(this.#version, this.#options.identifier, this.#sequence, payload);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    if (!socket || this.#addresses.size === 0) {
      this.dropped += this.#options.hosts.length;
      return;
    }
    this.#checksum(packet);
    for (const address of this.#addresses.values()) this.#request(socket, packet, address);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#fault.close();
    if (this.#timer) clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    return Promise.resolve();
  }

  #request(socket: RawSocket, packet: Buffer, address: string): void {
    if (this.#waiting >= waitingRequests) {
      this.dropped++;
      return;
    }
    this.#waiting++;
    socket.send(packet, 0, packet.length, address, (error) => {
      if (error) this.dropped++;
      else this.sent++;
      if (this.#socket !== socket) return;
      this.#waiting--;
      if (error) this.#refused.set(address, `${address}: ${error.message}`);
      else this.#refused.delete(address);
      this.#tell();
    });
  }

  /** Opens the socket and finds the addresses that are still missing; tries again later where it fails. */
  async #prepare(): Promise<void> {
    this.#timer = null;
    this.#obstacle = null;
    try {
      if (!this.#socket) await this.#open();
      for (const host of this.#options.hosts) await this.#find(host);
    } catch (error) {
      this.#obstacle = errorText(error);
    }
    if (!this.#closed) this.#preparedOrLater();
  }

  async #find(host: string): Promise<void> {
    try {
      if (!this.#addresses.has(host)) this.#addresses.set(host, await this.#addressOf(host));
    } catch (error) {
      this.#obstacle = errorText(error);
    }
  }

  #addressOf(host: string): string | Promise<string> {
    return this.#version === 'ipv6' ? host : resolveHost(host);
  }

  #preparedOrLater(): void {
    this.#tell();
    if (this.#obstacle !== null)
      this.#timer ??= setTimeout(() => void this.#prepare(), this.#options.retry ?? 10_000);
  }

  #tell(): void {
    const nobody = this.#refused.size > 0 && this.#refused.size >= this.#addresses.size;
    this.#fault.set(this.#obstacle ?? (nobody ? [...this.#refused.values()].join(', ') : null));
  }

  async #open(): Promise<void> {
    const { default: raw } = await import('raw-socket');
    if (this.#closed) return;
    const ipv6 = this.#version === 'ipv6';
    const socket = raw.createSocket({
      protocol: ipv6 ? raw.Protocol.ICMPv6 : raw.Protocol.ICMP,
      addressFamily: ipv6 ? raw.AddressFamily.IPv6 : raw.AddressFamily.IPv4,
      bufferSize: packetLimit,
    });
    // raw-socket opens its descriptor without O_CLOEXEC: no resource script may inherit it.
    binding().closeOnExec();
    const filter = repliesOnly(this.#version);
    socket.setOption(filterLevel[this.#version], icmpFilter, filter, filter.length);
    socket.on('message', (packet, from) => this.#answered(socket, packet, from));
    socket.on('error', (error) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#waiting = 0;
      this.#obstacle = errorText(error);
      this.#preparedOrLater();
    });
    // That of ICMPv6 is the kernel's work.
    if (!ipv6) this.#checksum = (packet) => raw.writeChecksum(packet, 2, raw.createChecksum(packet));
    this.#socket = socket;
  }

  #answered(socket: RawSocket, packet: Buffer, from: string): void {
    const reply = parseEchoReply(this.#version, packet);
    if (this.#socket !== socket || reply?.identifier !== this.#options.identifier) return;
    this.#listener.received(reply.payload, from, reply.sequence);
  }
}

/** A bit for each type that is to be kept away, in words of 32 bits in the order of this processor. */
function repliesOnly(version: IpVersion): Buffer {
  const words = new Uint32Array(version === 'ipv4' ? 1 : 8).fill(0xffffffff);
  const { reply } = echoTypes[version];
  words[reply >> 5] = ~(1 << (reply & 31));
  return Buffer.from(words.buffer);
}
