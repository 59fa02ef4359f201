import type { Message } from '../wire/message.ts';
import type { Fields } from './action.ts';
import type { Settings } from './settings.ts';
import type { RejectKind } from './state.ts';

/** The words of `standby` and `takeover`. */
export type SetWord = 'all' | 'local' | 'foreign' | 'failback';

/** A machine that has an address, or is about to take it. */
export interface Sighting {
  /** The group that the address belongs to. */
  readonly key: string;
  readonly address: string;
  readonly mac: string;
}

/** What the LAN said of addresses that are not held here. */
export interface Sight {
  readonly answers: readonly Sighting[];
  /** Who looked for the same address at the same moment. */
  readonly contenders: readonly Sighting[];
  /** Where nothing can be said: no carrier, no such interface. */
  readonly blind: readonly { readonly address: string; readonly reason: string }[];
}

/**
 * All that ever happens to a node. `at` is monotonic time in milliseconds and never goes back; the core
 * knows no other clock.
 */
export type Event = { readonly at: number } & (
  | { readonly kind: 'start' }
  /** A deadline that the core asked for by a `timer` action has come. A tick too many does no harm. */
  | { readonly kind: 'tick' }
  /** A message whose digest was right came in on a link (a cable, or a ping node's own link). */
  | { readonly kind: 'receive'; readonly link: string; readonly message: Message }
  /** Bytes came in on a link that were no message or carried a wrong digest. */
  | {
      readonly kind: 'refuse';
      readonly link: string;
      readonly reason: Extract<RejectKind, 'garbage' | 'forged'>;
      readonly detail: string;
      /** How the log says it; WARN unless told. */
      readonly level?: 'WARN' | 'ERROR';
    }
  /** A medium stopped working, or works again (null). */
  | { readonly kind: 'medium'; readonly link: string; readonly fault: string | null }
  /**
   * The hardware of a cable does not hear the other end any more, and `missing` says what of it, or hears it again (null).
   * Of media that can tell: the carrier of an Ethernet, the modem lines of a serial port.
   */
  | { readonly kind: 'signal'; readonly link: string; readonly missing: string | null }
  /** The cable doctor has a link, or has it no more. */
  | { readonly kind: 'examined'; readonly link: string; readonly on: boolean }
  /** Fields that the peer's cable doctor is to hear. */
  | { readonly kind: 'cable talk'; readonly fields: Fields }
  /** A job that an `acquire` or `release` action began is over; `failed` names the groups that did not make it. */
  | { readonly kind: 'finished'; readonly job: number; readonly failed: readonly string[] }
  | {
      readonly kind: 'command';
      readonly id: number;
      readonly command: 'standby' | 'takeover';
      readonly set: SetWord;
    }
  /** A human says that what waits to be taken over shall be taken, whatever speaks against it. */
  | { readonly kind: 'confirm'; readonly id: number }
  /** What a `look` action saw on the LAN. */
  | { readonly kind: 'looked'; readonly look: number; readonly sight: Sight }
  /** Another machine claims an address that is held here. */
  | { readonly kind: 'rival'; readonly key: string; readonly address: string; readonly mac: string }
  /** Of the disk lock of a set; for `refused` the text names who has it, for `lost` and `fault` it tells why. */
  | {
      readonly kind: 'lock';
      readonly set: 'local' | 'foreign';
      readonly news: 'lost' | 'refused' | 'fault';
      readonly text: string;
    }
  | { readonly kind: 'lock'; readonly set: 'local' | 'foreign'; readonly news: 'freed' | 'sound' }
  | {
      readonly kind: 'lock';
      readonly set: 'local' | 'foreign';
      readonly news: 'held';
      readonly epoch: number;
    }
  /** A `fence` action is over: the peer's box runs nothing any more, or it is not known to. */
  | { readonly kind: 'fenced'; readonly fence: number; readonly ok: boolean; readonly text: string }
  /** A human says that the peer's box runs nothing. */
  | { readonly kind: 'fence-ack'; readonly id: number }
  /** The files changed: times, defences and who fails back are others from now on. */
  | { readonly kind: 'configured'; readonly settings: Settings }
  /** The files changed in what only a start can take over. */
  | { readonly kind: 'renew' }
  /** An orderly stop was asked for. */
  | { readonly kind: 'stop' }
);
