/** What built-in addresses need of the box. hw/netlink.ts and hw/arp.ts have it; tests bring their own. */
export interface AddressHardware {
  /** Every call is one system call's exchange with the kernel: microseconds. @throws Error with errno's `code`. */
  addAddress(request: {
    readonly device: string;
    readonly address: string;
    readonly prefix: number;
    readonly broadcast?: string;
    readonly label?: string;
  }): 'added' | 'already';
  removeAddress(request: {
    readonly device: string;
    readonly address: string;
    readonly prefix: number;
  }): 'removed' | 'already';
  /** The IPv4 addresses of every interface. */
  listAddresses(): readonly InterfaceAddress[];
  /** Calls back whenever the interface of that name, or what addresses it has, may be another. */
  watchDevice(device: string, changed: () => void): DeviceWatch;
  /**
   * Listen to ARP on an interface and speak it. `onClaim` hears everyone else who says that an address is his,
   * `onProbe` everyone else who asks for an address that he is about to take. @throws Error
   */
  openArp(device: string, onClaim: (claim: ArpClaim) => void, onProbe?: (probe: ArpClaim) => void): ArpPort;
}

/** What a built-in IPv6 address needs of the box. hw/netlink.ts and hw/advertisement.ts have it. */
export interface Address6Hardware
  extends Pick<AddressHardware, 'addAddress' | 'removeAddress' | 'watchDevice'> {
  /** The IPv6 addresses of every interface. */
  listAddresses6(): readonly InterfaceAddress[];
  /** Announce by neighbour advertisements; `onClaim` hears those of everyone else. @throws Error */
  openAdvertisement(device: string, onClaim: (claim: ArpClaim) => void): AnnouncePort;
}

export interface DeviceWatch {
  /** Of the interface that has the name now; null: none that is known. */
  readonly index: number | null;
  close(): void;
}

export interface InterfaceAddress {
  readonly device: string;
  /** Of the interface; it keeps it when it is given another name. */
  readonly index: number;
  readonly address: string;
  readonly prefix: number;
  readonly label: string;
}

export interface ArpClaim {
  readonly address: string;
  /** As in `02:00:00:00:00:01`. */
  readonly mac: string;
}

export interface AnnouncePort {
  /** The interface's own hardware address. */
  readonly mac: string;
  /** Tell every host of the network once that the address is here. @throws Error when it cannot be sent. */
  announce(address: string): void;
  close(): void;
}

export interface ArpPort extends AnnouncePort {
  /** One question who has the address. @throws Error when it cannot be sent. */
  probe(address: string): void;
  /** Hear what has arrived by now, from inside this call. */
  hear(): void;
  /** Why silence means nothing here, in words; null: the interface works. @throws Error */
  fault(): string | null;
}
