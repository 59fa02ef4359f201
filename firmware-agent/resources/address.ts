import { errorText } from '../../hw/error.ts';
import { AddressKeeper } from './address-keeper.ts';
import { Announcer, type Conflict } from './announcer.ts';
import type { AddressHardware, AnnouncePort, ArpClaim, InterfaceAddress } from './hardware.ts';
import type { Log } from './log.ts';
import { type Placement, place, type WantedAddress } from './placement.ts';
import { type InstantResource, ResourceError, type Sought } from './resource.ts';
import type { Timers } from './timers.ts';

export interface AddressOptions {
  /** The box's addresses of the wanted one's family. */
  readonly hardware: Pick<AddressHardware, 'addAddress' | 'removeAddress' | 'listAddresses' | 'watchDevice'>;
  /** Opens what announces addresses of that family on an interface. @throws Error */
  readonly openPort: (device: string, onClaim: (claim: ArpClaim) => void) => AnnouncePort;
  readonly log: Log;
  readonly timers?: Timers;
  /** Another machine claims the address while it is here. */
  readonly onConflict?: (conflict: Conflict) => void;
}

/** The built-in address, IPv4 or IPv6: added, announced and removed by the agent itself (spec config.md 4). */
export class Address implements InstantResource {
  readonly instant = true;
  readonly text: string;
  readonly sought: Sought | null;
  readonly #wanted: WantedAddress;
  readonly #options: AddressOptions;
  #announcer: Announcer | undefined;
  #keeper: AddressKeeper | undefined;
  /** Of the interface that it was added to; null: it is not here, or that is not known. */
  #index: number | null = null;

  constructor(wanted: WantedAddress, options: AddressOptions) {
    this.text = wanted.text;
    const { address } = wanted;
    this.sought =
      wanted.kind === 'address6'
        ? null
        : {
            address,
            goesTo: (present) =>
              present.some((entry) => entry.address === address) ? null : place(wanted, present).device,
          };
    this.#wanted = wanted;
    this.#options = options;
  }

  found(): readonly string[] {
    return this.#present().map((entry) => `${entry.address}/${entry.prefix} on ${entry.device}`);
  }

  start(): void {
    const placement = place(this.#wanted, this.#list());
    const where = `${placement.address}/${placement.prefix} to ${placement.device}`;
    let result: 'added' | 'already';
    try {
      result = this.#options.hardware.addAddress(placement);
    } catch (error) {
      throw new ResourceError(`cannot add ${where}: ${errorText(error)}`);
    }
    // Held all the time and announced before: the neighbours know.
    if (result === 'added' || this.#announcer === undefined) {
      this.#announce(placement);
      const before = result === 'added' ? '' : ': it was there already';
      this.#options.log('info', `Added ${where}${before}`);
    }
    this.#index = this.#keep(placement.device).index;
  }

  announce(): void {
    this.#announcer?.announce();
  }

  stop(): void {
    this.dispose();
    // Asked for once: an interface that comes later with this number is another one.
    const present = this.#present();
    this.#index = null;
    // Removed wherever it is found: an earlier agent or an earlier configuration may have put it elsewhere.
    for (const { device, address, prefix } of present) {
      try {
        this.#options.hardware.removeAddress({ device, address, prefix });
      } catch (error) {
        throw new ResourceError(`cannot remove ${address}/${prefix} from ${device}: ${errorText(error)}`);
      }
      this.#options.log('info', `Removed ${address}/${prefix} from ${device}`);
    }
  }

  dispose(): void {
    this.#keeper?.close();
    this.#keeper = undefined;
    this.#endAnnouncing();
  }

  #endAnnouncing(): void {
    this.#announcer?.close();
    this.#announcer = undefined;
  }

  #keep(device: string): AddressKeeper {
    const { hardware, log, timers } = this.#options;
    this.#keeper ??= new AddressKeeper({
      address: this.#wanted.address,
      watch: (changed) => hardware.watchDevice(device, changed),
      isHere: () => this.#present().length > 0,
      restore: () => {
        // What announces it belongs to an interface that may be gone.
        this.#endAnnouncing();
        this.start();
      },
      log,
      ...(timers === undefined ? {} : { timers }),
    });
    return this.#keeper;
  }

  /**
   * An interface that is no Ethernet (a tunnel, the loopback) carries an address all the same: not
   * announcing it is worth a warning, not a failed start.
   */
  #announce(placement: Placement): void {
    const { openPort, log, timers, onConflict } = this.#options;
    const { address, device } = placement;
    const warn = (reason: string): void =>
      log('WARN', `Cannot announce ${address} on ${device}: ${reason}. Neighbours may go on using the peer.`);
    this.#endAnnouncing();
    try {
      this.#announcer = new Announcer({
        address,
        open: (onClaim) => openPort(device, onClaim),
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
      warn(errorText(error));
    }
  }

  #present(): readonly InterfaceAddress[] {
    const { address, device } = this.#wanted;
    return this.#list().filter(
      (entry) =>
        entry.address === address &&
        (device === undefined || entry.device === device || entry.index === this.#index),
    );
  }

  #list(): readonly InterfaceAddress[] {
    try {
      return this.#options.hardware.listAddresses();
    } catch (error) {
      throw new ResourceError(`cannot ask the kernel for this box's addresses: ${errorText(error)}`);
    }
  }
}
