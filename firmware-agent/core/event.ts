import type { Message } from '../wire/message.ts';
import type { RejectKind } from './state.ts';

/** The words of `standby` and `takeover`. */
export type SetWord = 'all' | 'local' | 'foreign' | 'failback';

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
    }
  /** A medium stopped working, or works again (null). */
  | { readonly kind: 'medium'; readonly link: string; readonly fault: string | null }
  /** A job that an `acquire` or `release` action began is over; `failed` names the groups that did not make it. */
  | { readonly kind: 'finished'; readonly job: number; readonly failed: readonly string[] }
  | {
      readonly kind: 'command';
      readonly id: number;
      readonly command: 'standby' | 'takeover';
      readonly set: SetWord;
    }
  /** An orderly stop was asked for. */
  | { readonly kind: 'stop' }
);
