import { errorText } from '../../hw/error.ts';
import type { AnnouncePort, ArpClaim } from './hardware.ts';
import { nodeTimers, type Timers } from './timers.ts';

/** Announcements in a series, and the milliseconds between them. */
const seriesLength = 5;
const seriesGap = 200;
/** A rival that claims the address again and again is answered by one series a second, */
const seriesDistance = 1_000;
/** and told about once in so many milliseconds; another rival than the last one is told about after a second. */
const conflictDistance = 10_000;
const otherConflictDistance = 1_000;

export interface Conflict {
  readonly address: string;
  /** The other machine's. */
  readonly mac: string;
  /** How often it claimed the address since it was last told about. */
  readonly claims: number;
}

export interface AnnouncerOptions {
  readonly address: string;
  /** Opens the port of the address's interface. @throws Error */
  readonly open: (onClaim: (claim: ArpClaim) => void) => AnnouncePort;
  readonly onConflict: (conflict: Conflict) => void;
  /** Announcing failed: told once a series. The neighbours go on sending to whom they sent before. */
  readonly onFault: (reason: string) => void;
  readonly timers?: Timers;
}

/**
 * Tells the neighbours by gratuitous ARP, or its like in IPv6, that an address is here now: one packet at once, five in all, and
 * the same again whenever another machine is heard to claim the address.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #timers: Timers;
  readonly #port: AnnouncePort;
  #left = 0;
  #faulty = false;
  #seriesAt = Number.NEGATIVE_INFINITY;
  #cancelNext: () => void = () => {};
  #cancelSeries: (() => void) | undefined;
  #conflictAt = Number.NEGATIVE_INFINITY;
  #conflictMac = '';
  #claims = 0;
  #closed = false;

  /** Opens the port and sends the first packet before it returns. @throws Error when the port does not open. */
  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#timers = options.timers ?? nodeTimers;
    this.#port = options.open((claim) => this.#heard(claim));
    this.announce();
  }

  /** Begin a series, or as soon as the last one is a second old. */
  announce(): void {
    // Who is told of a rival may have given the address up at once.
    if (this.#closed || this.#cancelSeries !== undefined) return;
    const wait = this.#seriesAt + seriesDistance - this.#timers.now();
    if (wait <= 0) {
      this.#begin();
      return;
    }
    this.#cancelSeries = this.#timers.after(wait, () => {
      this.#cancelSeries = undefined;
      this.#begin();
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelNext();
    this.#cancelSeries?.();
    this.#port.close();
  }

  #begin(): void {
    this.#seriesAt = this.#timers.now();
    this.#left = seriesLength;
    this.#faulty = false;
    this.#cancelNext();
    this.#sendOne();
  }

  #sendOne(): void {
    this.#left -= 1;
    try {
      this.#port.announce(this.#options.address);
    } catch (error) {
      if (!this.#faulty) this.#options.onFault(errorText(error));
      this.#faulty = true;
    }
    if (this.#left > 0) this.#cancelNext = this.#timers.after(seriesGap, () => this.#sendOne());
  }

  #heard(claim: ArpClaim): void {
    if (this.#closed || claim.address !== this.#options.address) return;
    if (claim.mac.toLowerCase() === this.#port.mac.toLowerCase()) return;
    this.#claims += 1;
    const now = this.#timers.now();
    const distance = claim.mac === this.#conflictMac ? conflictDistance : otherConflictDistance;
    if (now - this.#conflictAt >= distance) this.#tell(claim, now);
    this.announce();
  }

  #tell(claim: ArpClaim, now: number): void {
    const conflict = { address: claim.address, mac: claim.mac, claims: this.#claims };
    this.#conflictAt = now;
    this.#conflictMac = claim.mac;
    this.#claims = 0;
    this.#options.onConflict(conflict);
  }
}
