import { createSocket, type Socket } from 'node:dgram';
import { closeSync } from 'node:fs';
import { binding, type NetworkInterface } from './binding.ts';
import { errorCode, errorText } from './error.ts';
import { createFaultTeller, type FaultTeller } from './fault.ts';
import { type InterfaceWatch, watchInterface } from './interface-watch.ts';
import type { Link, LinkListener } from './link.ts';
import { resolveHost } from './resolve.ts';
import { createSignalTeller, type SignalTeller } from './signal.ts';
import type { UdpOptions } from './udp-options.ts';
import { isIpv6, knownDestination, openReceiver, openSender } from './udp-sockets.ts';

export type { BcastOptions, McastOptions, UcastOptions, UdpOptions } from './udp-options.ts';

/** The sockets belong to an interface that is gone: only new ones can work, once it is back. */
const deviceGone = new Set(['ENODEV', 'ENXIO']);
/** The interface's broadcast address may be another one now. */
const addressGone = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EINVAL']);
/** The kernel's queue is full: this frame is lost, the medium is not. */
const queueFull = new Set(['EAGAIN', 'ENOBUFS']);

/**
 * A link over UDP, bound to its device in both directions. It never throws: an interface that does not exist yet,
 * vanishes or has no address is a fault, tried again until it works: at once when the kernel tells of the interface, and
 * every second. The link goes with the interface's name: a renamed one is left for the one that has the name now. A
 * fault ends with the first datagram that the kernel accepts. Datagrams are sent at once, so that `slot` has nothing
 * to replace. An interface that is there but down or without a carrier is no fault and is signalled.
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
  readonly #signal: SignalTeller;
  readonly #watch: InterfaceWatch;
  /** The interface that the sockets were opened for; null: none was known. */
  #index: number | null = null;
  #receiver: Socket | null = null;
  #sender: number | null = null;
  #destination: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: UdpOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
    this.#fault = createFaultTeller((fault) => listener.faulted(fault));
    this.#signal = createSignalTeller((missing) => listener.signalled?.(missing));
    this.#watch = watchInterface(options.device, {
      changed: () => this.#interfaceChanged(),
      addressed: () => this.#addressesChanged(),
      deaf: (error) => this.#signal.set(`its carrier is not known (${errorText(error)})`),
    });
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
    this.#signal.close();
    this.#watch.close();
    if (this.#timer) clearTimeout(this.#timer);
    return this.#closeSockets();
  }

  #open(): void {
    this.#timer = null;
    this.#index = this.#watch.now?.index ?? null;
    try {
      this.#listen(openReceiver(this.#options));
      this.#sender = openSender(this.#options);
      this.#destination = knownDestination(this.#options);
    } catch (error) {
      this.#reopenLater(error);
      return;
    }
    if (this.#destination === null && 'address' in this.#options) this.#resolve(this.#options.address);
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
    const socket = createSocket(isIpv6(this.#options) ? 'udp6' : 'udp4');
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

  #interfaceChanged(): void {
    const { now } = this.#watch;
    if (now) this.#signal.set(missingOf(now));
    else this.#signal.hold();
    if ((now?.index ?? null) !== this.#index) this.#reopen();
  }

  #addressesChanged(): void {
    if (this.#options.kind !== 'bcast') return;
    try {
      if (knownDestination(this.#options) === this.#destination) return;
    } catch {
      // Opening meets the same, and tells it.
    }
    this.#reopen();
  }

  #reopen(): void {
    if (this.#timer) clearTimeout(this.#timer);
    void this.#closeSockets();
    this.#open();
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

function missingOf({ up, carrier }: NetworkInterface): string | null {
  if (!up) return 'the interface is down';
  return carrier ? null : 'no carrier';
}
