import { errorText } from '../../hw/error.ts';
import type { InterfaceAddress } from './hardware.ts';

/**
 * What a group is made of. There are two sorts, because an address must be taken in the very turn of the event
 * loop in which the peer was declared dead, and a program cannot be.
 */
export type Resource = InstantResource | SlowResource;

/** Of an environment. */
export type Variables = Readonly<Record<string, string>>;

/** Done in microseconds, inside the call. Nobody needs to ask before: starting twice is as good as once. */
export interface InstantResource {
  readonly instant: true;
  /** The word as written in haresources. */
  readonly text: string;
  /** What a look asks the network for; null: nothing that a look can see. */
  readonly sought: Sought | null;
  /** Tell the neighbours again that it is here; nothing where it is not. */
  announce(): void;
  /**
   * Where on this box it is now, in words, one entry a place; empty: it is not here.
   * @throws ResourceError when the box does not tell.
   */
  found(): readonly string[];
  /** Already there is success. @throws ResourceError with the reason in words. */
  start(): void;
  /** Already gone is success. @throws ResourceError with the reason in words. */
  stop(): void;
  /** End what goes on in the background, leave the resource itself as it is. */
  dispose(): void;
}

/** An IPv4 address that another machine may have. */
export interface Sought {
  readonly address: string;
  /**
   * The interface that it would go to; null: this box, which has these addresses, has it already.
   * @throws ResourceError when no interface is the right one.
   */
  goesTo(present: readonly InterfaceAddress[]): string | null;
}

/** Done by a child process, most often; it may take as long as its time limits allow. */
export interface SlowResource {
  readonly instant: false;
  readonly text: string;
  /** A stop of it is past its limit, and not even SIGKILL has ended it. */
  readonly hangs?: boolean;
  /**
   * Is it running? The signal cuts the question short; the answer is worth nothing then.
   * @throws ResourceError when it cannot be asked at all.
   */
  status(signal: AbortSignal): Promise<boolean>;
  /**
   * A program always runs to its end or its time limit: half a start is worse than one too many. The signal ends what can
   * be ended without harm. `event`: what a script finds in its environment of the event that it starts by.
   * @throws ResourceError
   */
  start(signal: AbortSignal, event?: Variables): Promise<void>;
  /**
   * The signal ends the retries, not the run that is under way.
   * @throws ResourceError when the resource must be taken to be still running.
   */
  stop(signal: AbortSignal): Promise<void>;
}

/** Why a resource could not be started or stopped. */
export class ResourceError extends Error {
  /** The last thing that its program said, for a person to read; empty: nothing. */
  readonly said: string;

  constructor(message: string, said = '') {
    super(message);
    this.name = 'ResourceError';
    this.said = said;
  }
}

/** One line for status reports. */
export function describe(error: unknown): string {
  if (error instanceof ResourceError && error.said !== '') return `${error.message} (${error.said})`;
  return errorText(error);
}
