import { loadAddon } from './native.ts';

/** A watch on a descriptor, of use only to `unwatch`. */
export type WatchHandle = { readonly watch: unique symbol };

/** The thread that watches a serial port's modem lines. */
export type ModemHandle = { readonly modem: unique symbol };

/** A disk's thread. */
export type DiskHandle = { readonly disk: unique symbol };

/**
 * What `native/*.c` exports. Every function throws a {@link NodeJS.ErrnoException} (`code`, negative `errno`,
 * `syscall`) where the kernel refuses. Descriptors are close-on-exec and never block.
 */
export interface Binding {
  /** Descriptor bound to the port of any address of the device, joined to the group if there is one. */
  udpReceiver(device: string, port: number, group: string | null, ipv6: 0 | 1): number;
  /**
   * Descriptor that sends from the device; `how`: 0 to one host, 1 to a broadcast address (not of IPv6), 2 to a group.
   */
  udpSender(device: string, how: 0 | 1 | 2, ttl: number, loop: 0 | 1, ipv6: 0 | 1): number;
  udpSend(fd: number, bytes: Uint8Array, address: string, port: number): void;

  /**
   * Descriptor that hears frames of the device, Ethernet header included, and sends any: 0 ARP, which is what it hears
   * unless told, 1 neighbour advertisements of IPv6.
   */
  packetOpen(device: string, heard?: 0 | 1): number;
  packetSend(fd: number, frame: Uint8Array): void;
  /** The frame's length, or -1 if none waits. */
  packetReceive(fd: number, buffer: Uint8Array): number;

  /** Calls back while the descriptor has something to read, be it an error; the callback must read it. */
  watch(fd: number, callback: () => void): WatchHandle;
  /** Once for each watch, before its descriptor is closed. */
  unwatch(handle: WatchHandle): void;

  /** An address of either family; broadcast and label are of IPv4. */
  addAddress(
    device: string,
    address: string,
    prefix: number,
    broadcast: string | null,
    label: string | null,
  ): void;
  removeAddress(device: string, address: string, prefix: number): void;
  /** Of IPv4. */
  listAddresses(): InterfaceAddress[];
  /** Of IPv6. */
  listAddresses6(): InterfaceAddress[];
  listInterfaces(): NetworkInterface[];
  /** Descriptor that hears of every interface and of every IPv4 address of this network namespace. */
  interfaceNewsOpen(): number;
  /** What has happened since, in its order; some of a storm is left for the next call. ENOBUFS: news were lost. */
  interfaceNewsRead(fd: number): InterfaceNews[];

  /** Asks for a timeout (0: leave it); the seconds that the card took, or null where it cannot say. */
  watchdogTimeout(fd: number, seconds: number): number | null;
  /** WDIOF_ bits: what the driver can do, null where it cannot say; why the machine booted, 0 where it cannot say. */
  watchdogOptions(fd: number): number | null;
  watchdogBootStatus(fd: number): number;

  /**
   * SCHED_RR for the calling thread, and no child inherits it. Milliseconds that it may run at a stretch without sleeping: then
   * it falls back to ordinary scheduling by itself. EPERM.
   */
  realtimeEnter(priority: number, stretch: number): void;
  realtimeLeave(): void;
  /** The thread that entered is still in it. */
  realtimeInForce(): boolean;
  /** The limit of such stretches, which children inherit: 0 lifts it. */
  realtimeStretch(milliseconds: number): void;
  /** All memory that is in use, now and later, stays in RAM; that which is not used yet takes none. EPERM, ENOMEM. */
  lockMemory(): void;
  unlockMemory(): void;

  /**
   * A thread for the requests to one disk or file. Opening it, the first of them, locks the given bytes against every
   * other process of this machine (EAGAIN). The descriptor can be read when the answer to a request is there.
   */
  diskStart(path: string, ownOffset: number, ownLength: number): { handle: DiskHandle; fd: number };
  /** Operation: 0 open, 1 open with the cache, 2 read, 3 write, 4 end. EBUSY while one is under way. */
  diskAsk(
    handle: DiskHandle,
    operation: 0 | 1 | 2 | 3 | 4,
    offset: number,
    length: number,
    bytes?: Uint8Array,
  ): void;
  /**
   * Open: the sector's size; read (copied to `into`), write: the count of bytes; or a negative errno. The answer to `end`
   * closes the descriptor, whose watch must be over, and ends the use of the handle.
   */
  diskAnswer(handle: DiskHandle, into?: Uint8Array): number;

  /** A thread for the modem lines of this open tty, and a descriptor that can be read when it has news. */
  modemStart(fd: number): { handle: ModemHandle; fd: number };
  /**
   * 0: look at the lines now, 1: and without flow control from now on, 2: with it, 3: end. It may be missed: to be
   * called again now and then, after 3 until it is over.
   */
  modemWake(handle: ModemHandle, what: 0 | 1 | 2 | 3): void;
  /** `lines`: TIOCM_ bits, or a negative errno where the port cannot tell, which ends the thread. EAGAIN: no news. */
  modemNews(handle: ModemHandle): { lines: number; flow: boolean; over: boolean };
  /** Once it is over and its descriptor is not watched any more; closes that. EBUSY. */
  modemFree(handle: ModemHandle): void;

  /** To a unix socket; `@` begins the name of one that has no file. */
  datagramOpen(path: string): number;
  datagramSend(fd: number, bytes: Uint8Array): void;

  /** The process at the other end of a unix socket, as it was when it connected; `groups`: those besides `gid`. */
  peerCredentials(fd: number): { uid: number; gid: number; groups: number[] };

  /** Marks all descriptors so that no child inherits them; false where the kernel is too old for it. */
  closeOnExec(): boolean;
}

/** An address of this machine. */
export interface InterfaceAddress {
  readonly device: string;
  readonly index: number;
  readonly address: string;
  readonly prefix: number;
  readonly broadcast?: string;
  /** The device's name, or with IPv4 an alias of it as in `eth0:0`. */
  readonly label: string;
}

export interface NetworkInterface {
  readonly name: string;
  readonly index: number;
  /** Lower case with colons; empty where the interface has no Ethernet address. */
  readonly mac: string;
  /** Set up by the administrator. */
  readonly up: boolean;
  /**
   * There is a signal on the cable (IFF_LOWER_UP). The kernel hands it up: a bond has it while any of its ports has, a
   * bridge while any forwards, a VLAN and a macvlan from what they lie on. What has no cable (loopback, tunnel) has it
   * while it is up.
   */
  readonly carrier: boolean;
}

/** An interface as it is now, one that is gone from here, or one whose IPv4 addresses changed. */
export type InterfaceNews =
  | ({ readonly kind: 'here' } & NetworkInterface)
  | { readonly kind: 'gone' | 'addresses'; readonly index: number };

/** The addon, loaded by the first who needs it. */
export function binding(): Binding {
  return loadAddon('twinbeat.node') as Binding;
}
