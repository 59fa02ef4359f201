import type {
  AddressHardware,
  ArpClaim,
  InterfaceAddress,
} from '../../../firmware-agent/resources/hardware.ts';
import type { Timers } from '../../../firmware-agent/resources/timers.ts';

/** A clock that stands still until it is told to go on. */
export class FakeTimers implements Timers {
  #now = 0;
  #pending: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delay: number, run: () => void): () => void {
    const entry = { at: this.#now + delay, run };
    this.#pending.push(entry);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== entry);
    };
  }

  get pending(): number {
    return this.#pending.length;
  }

  /** Let so many milliseconds pass; what is due runs in its order, at its time. */
  pass(time: number): void {
    const end = this.#now + time;
    for (;;) {
      const due = this.#pending.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = due.at;
      this.#pending = this.#pending.filter((other) => other !== due);
      due.run();
    }
    this.#now = end;
  }
}

/** A box whose interfaces are lists. What is done to it is written down in `did`. */
export class FakeBox implements AddressHardware {
  readonly did: string[] = [];
  addresses: InterfaceAddress[];
  readonly mac = '02:00:00:00:00:01';
  /** Set: the kernel refuses that call with this message. */
  refuse: {
    add?: string;
    remove?: string;
    list?: string;
    open?: string;
    announce?: string;
    probe?: string;
    fault?: string;
  } = {};
  /** Why nothing can be heard on an interface. */
  readonly faults = new Map<string, string>();
  /** Claims that have arrived and wait until somebody hears. */
  waiting: ArpClaim[] = [];
  readonly #listeners = new Set<Listener>();

  constructor(addresses: readonly string[] = []) {
    this.addresses = addresses.map(parse);
  }

  get openPorts(): number {
    return this.#listeners.size;
  }

  /** As `10.0.0.1/24 eth0`. */
  get present(): string[] {
    return this.addresses.map(({ address, prefix, label }) => `${address}/${prefix} ${label}`);
  }

  addAddress = (request: Parameters<AddressHardware['addAddress']>[0]): 'added' | 'already' => {
    const { device, address, prefix, broadcast, label = device } = request;
    if (this.refuse.add !== undefined) throw new Error(this.refuse.add);
    this.did.push(`add ${address}/${prefix} ${label} brd ${broadcast ?? 'none'}`);
    if (this.#find(device, address, prefix) !== undefined) return 'already';
    this.addresses.push({ device, index: indexOf(device), address, prefix, label });
    return 'added';
  };

  removeAddress = (request: Parameters<AddressHardware['removeAddress']>[0]): 'removed' | 'already' => {
    const { device, address, prefix } = request;
    if (this.refuse.remove !== undefined) throw new Error(this.refuse.remove);
    this.did.push(`remove ${address}/${prefix} ${device}`);
    const entry = this.#find(device, address, prefix);
    this.addresses = this.addresses.filter((other) => other !== entry);
    return entry === undefined ? 'already' : 'removed';
  };

  listAddresses = (): readonly InterfaceAddress[] => {
    if (this.refuse.list !== undefined) throw new Error(this.refuse.list);
    return this.addresses;
  };

  openArp: AddressHardware['openArp'] = (device, onClaim, onProbe = () => undefined) => {
    if (this.refuse.open !== undefined) throw new Error(this.refuse.open);
    const listener = { device, onClaim, onProbe };
    this.#listeners.add(listener);
    return {
      mac: this.mac,
      announce: (address: string) => {
        if (this.refuse.announce !== undefined) throw new Error(this.refuse.announce);
        this.did.push(`announce ${address} ${device}`);
      },
      probe: (address: string) => {
        if (this.refuse.probe !== undefined) throw new Error(this.refuse.probe);
        this.did.push(`probe ${address} ${device}`);
      },
      hear: () => {
        for (const claim of this.waiting.splice(0)) onClaim(claim);
      },
      fault: () => {
        if (this.refuse.fault !== undefined) throw new Error(this.refuse.fault);
        return this.faults.get(device) ?? null;
      },
      close: () => {
        this.#listeners.delete(listener);
      },
    };
  };

  readonly #watchers = new Set<() => void>();

  watchDevice: AddressHardware['watchDevice'] = (device, changed) => {
    this.#watchers.add(changed);
    return { index: indexOf(device), close: () => this.#watchers.delete(changed) };
  };

  /** Something changed about the interfaces, and who watches them is told. */
  change(how: (addresses: InterfaceAddress[]) => InterfaceAddress[]): void {
    this.addresses = how(this.addresses);
    for (const changed of [...this.#watchers]) changed();
  }

  /** Another machine says that the address is its own; on every interface, or on this one. */
  claim(address: string, mac: string, on?: string): void {
    for (const { device, onClaim } of this.#listeners) {
      if (on === undefined || on === device) onClaim({ address, mac });
    }
  }

  /** Another machine asks for the address, to take it. */
  contend(address: string, mac: string): void {
    for (const { onProbe } of this.#listeners) onProbe({ address, mac });
  }

  #find(device: string, address: string, prefix: number): InterfaceAddress | undefined {
    return this.addresses.find(
      (entry) => entry.device === device && entry.address === address && entry.prefix === prefix,
    );
  }
}

interface Listener {
  readonly device: string;
  readonly onClaim: (claim: ArpClaim) => void;
  readonly onProbe: (probe: ArpClaim) => void;
}

/** Any number will do that is another for every name. */
function indexOf(device: string): number {
  return [...device].reduce((sum, letter) => 31 * sum + letter.charCodeAt(0), 0);
}

function parse(text: string): InterfaceAddress {
  const [address = '', prefix = '', label = ''] = text.split(/[/ ]/);
  const [device = ''] = label.split(':');
  return { device, index: indexOf(device), address, prefix: Number(prefix), label };
}
