import type { AddressResource } from '../config/config.ts';
import { Announcer, type Conflict } from './announcer.ts';
import type { AddressHardware, InterfaceAddress } from './hardware.ts';
import type { Log } from './log.ts';
import { type Placement, place } from './placement.ts';
import { type InstantResource, messageOf, ResourceError } from './resource.ts';
import type { Timers } from './timers.ts';

export interface AddressOptions {
  readonly hardware: AddressHardware;
  readonly log: Log;
  readonly timers?: Timers;
  /** Another machine claims the address while it is here. */
  readonly onConflict?: (conflict: Conflict) => void;
}

/** The built-in IPv4 address: added, announced and removed by the agent itself (spec config.md 4). */
export class Address implements InstantResource {
  readonly instant = true;
  readonly text: string;
  readonly address: string;
  readonly #wanted: AddressResource;
  readonly #options: AddressOptions;
  #announcer: Announcer | undefined;

  constructor(wanted: AddressResource, options: AddressOptions) {
    this.text = wanted.text;
    this.address = wanted.address;
    this.#wanted = wanted;
    this.#options = options;
  }

  found(): readonly string[] {
    return this.#present().map((entry) => `${entry.address}/${entry.prefix} on ${entry.device}`);
  }

  goesTo(present: readonly InterfaceAddress[]): string | null {
    if (present.some(({ address }) => address === this.address)) return null;
    return place(this.#wanted, present).device;
  }

  start(): void {
    const placement = place(this.#wanted, this.#list());
    const where = `${placement.address}/${placement.prefix} to ${placement.device}`;
    let result: 'added' | 'already';
    try {
      result = this.#options.hardware.addAddress(placement);
    } catch (error) {
      throw new ResourceError(`cannot add ${where}: ${messageOf(error)}`);
    }
    // Held all the time and announced before: the neighbours know.
    if (result === 'already' && this.#announcer !== undefined) return;
    this.#announce(placement);
    this.#options.log('info', result === 'added' ? `Added ${where}` : `Added ${where}: it was there already`);
  }

  announce(): void {
    this.#announcer?.announce();
  }

  stop(): void {
    this.dispose();
    // Removed wherever it is found: an earlier agent or an earlier configuration may have put it elsewhere.
    for (const { device, address, prefix } of this.#present()) {
      try {
        this.#options.hardware.removeAddress({ device, address, prefix });
      } catch (error) {
        throw new ResourceError(`cannot remove ${address}/${prefix} from ${device}: ${messageOf(error)}`);
      }
      this.#options.log('info', `Removed ${address}/${prefix} from ${device}`);
    }
  }

  dispose(): void {
    this.#announcer?.close();
    this.#announcer = undefined;
  }

  /**
   * An interface that cannot speak ARP (a tunnel, the loopback) carries an address all the same: not
   * announcing it is worth a warning, not a failed start.
   */
  #announce(placement: Placement): void {
    const { hardware, log, timers, onConflict } = this.#options;
    const { address, device } = placement;
    const warn = (reason: string): void =>
      log('WARN', `Cannot announce ${address} on ${device}: ${reason}. Neighbours may go on using the peer.`);
    this.dispose();
    try {
      this.#announcer = new Announcer({
        address,
        open: (onClaim) => hardware.openArp(device, onClaim),
        onConflict: (conflict) => {
          const { mac, claims } = conflict;
          log(
            'WARN',
            `${mac} on ${device} claims our address ${address}, heard ${claims} time(s): announcing it again`,
          );
          onConflict?.(conflict);
        },
        onFault: warn,
        ...(timers === undefined ? {} : { timers }),
      });
    } catch (error) {
      warn(messageOf(error));
    }
  }

  #present(): readonly InterfaceAddress[] {
    const { address, device } = this.#wanted;
    return this.#list().filter(
      (entry) => entry.address === address && (device === undefined || entry.device === device),
    );
  }

  #list(): readonly InterfaceAddress[] {
    try {
      return this.#options.hardware.listAddresses();
    } catch (error) {
      throw new ResourceError(`cannot ask the kernel for this box's addresses: ${messageOf(error)}`);
    }
  }
}
