import { createSocket, type Socket } from 'node:dgram';
import { closeSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { binding } from './binding.ts';
import { createFaultTeller, errorCode, errorText, type FaultTeller } from './fault.ts';
import type { Link, LinkListener } from './link.ts';
import { broadcastAddress } from './netlink.ts';
import { resolveHost } from './resolve.ts';

/** One `ucast`, `bcast` or `mcast` medium, or one of the first and the last over IPv6 (spec wire.md 9). */
export type UdpOptions = UcastOptions | BcastOptions | McastOptions;

interface CommonOptions {
  /** The network interface that both directions are bound to. */
  readonly device: string;
  /** 1..65535, of both ends. */
  readonly port: number;
  /** Milliseconds between attempts to open what cannot be opened; 1000 unless told. */
  readonly retry?: number;
}

export interface UcastOptions extends CommonOptions {
  readonly kind: 'ucast' | 'ucast6';
  /** The peer's IPv4 address or host name; of `ucast6` its IPv6 address, link-local or not. */
  readonly address: string;
}

export interface BcastOptions extends CommonOptions {
  readonly kind: 'bcast';
}

export interface McastOptions extends CommonOptions {
  readonly kind: 'mcast' | 'mcast6';
  readonly group: string;
  /** 0..255 routers. */
  readonly ttl: number;
  readonly loop: boolean;
}

/** The sockets belong to an interface that is gone: only new ones can work, once it is back. */
const deviceGone = new Set(['ENODEV', 'ENXIO']);
/** The interface's broadcast address may be another one now. */
const addressGone = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EINVAL']);
/** The kernel's queue is full: this frame is lost, the medium is not. */
const queueFull = new Set(['EAGAIN', 'ENOBUFS']);

/**
 * A link over UDP, bound to its device in both directions. It never throws: an interface that does not exist yet,
 * vanishes or has no address is a fault, tried again until it works. A fault ends with the first datagram that
 * the kernel accepts. Datagrams are sent at once, so that `slot` has nothing to replace.
 */
export function openUdp(options: UdpOptions, listener: LinkListener): Link {
  return new UdpLink(options, listener);
}

class UdpLink implements Link {
  sent = 0;
  dropped = 0;
  readonly #options: UdpOptions;
  readonly #listener: LinkListener;
  readonly #fault: FaultTeller;
  #receiver: Socket | null = null;
  #sender: number | null = null;
  #destination: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: UdpOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
    this.#fault = createFaultTeller((fault) => listener.faulted(fault));
    this.#open();
  }

  send(bytes: Uint8Array): void {
    if (this.#sender === null || this.#destination === null) {
      this.dropped++;
      return;
    }
    try {
      binding().udpSend(this.#sender, bytes, this.#destination, this.#options.port);
      this.sent++;
      this.#fault.set(null);
    } catch (error) {
      this.dropped++;
      this.#sendFailed(error);
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#fault.close();
    if (this.#timer) clearTimeout(this.#timer);
    return this.#closeSockets();
  }

  #open(): void {
    this.#timer = null;
    const { kind, device, port } = this.#options;
    const group = 'group' in this.#options ? this.#options.group : null;
    try {
      this.#listen(binding().udpReceiver(device, port, group, this.#ipv6));
      this.#sender = this.#openSender();
      this.#destination = this.#knownDestination();
    } catch (error) {
      this.#reopenLater(error);
      return;
    }
    if (this.#destination === null && kind === 'ucast') this.#resolve(this.#options.address);
  }

  get #ipv6(): 0 | 1 {
    const { kind } = this.#options;
    return kind === 'ucast6' || kind === 'mcast6' ? 1 : 0;
  }

  #openSender(): number {
    const { kind, device } = this.#options;
    if ('group' in this.#options)
      return binding().udpSender(device, 2, this.#options.ttl, this.#options.loop ? 1 : 0, this.#ipv6);
    return binding().udpSender(device, kind === 'bcast' ? 1 : 0, 0, 0, this.#ipv6);
  }

  /** Null: a host name, whose address comes later. */
  #knownDestination(): string | null {
    switch (this.#options.kind) {
      case 'ucast':
        return isIPv4(this.#options.address) ? this.#options.address : null;
      case 'ucast6':
        return this.#options.address;
      case 'bcast':
        return broadcastAddress(this.#options.device);
      case 'mcast':
      case 'mcast6':
        return this.#options.group;
    }
  }

  #resolve(host: string): void {
    const sender = this.#sender;
    resolveHost(host).then(
      (address) => {
        if (this.#sender === sender) this.#destination = address;
      },
      (error) => {
        if (this.#sender === sender && !this.#closed) this.#reopenLater(error);
      },
    );
  }

  #listen(fd: number): void {
    const socket = createSocket(this.#ipv6 ? 'udp6' : 'udp4');
    socket.on('message', (datagram) => {
      if (this.#receiver === socket) this.#listener.received(datagram);
    });
    socket.on('error', (error) => {
      if (this.#receiver === socket) this.#reopenLater(error);
    });
    socket.bind({ fd });
    this.#receiver = socket;
  }

  #sendFailed(error: unknown): void {
    const code = errorCode(error) ?? '';
    if (queueFull.has(code)) return;
    if (deviceGone.has(code) || (this.#options.kind === 'bcast' && addressGone.has(code)))
      this.#reopenLater(error);
    else this.#fault.set(errorText(error));
  }

  #reopenLater(error: unknown): void {
    this.#fault.set(errorText(error));
    void this.#closeSockets();
    this.#timer ??= setTimeout(() => this.#open(), this.#options.retry ?? 1000);
  }

  #closeSockets(): Promise<void> {
    if (this.#sender !== null) closeSync(this.#sender);
    this.#sender = null;
    this.#destination = null;
    const receiver = this.#receiver;
    this.#receiver = null;
    return new Promise((resolve) => (receiver ? receiver.close(() => resolve()) : resolve()));
  }
}
