/** What a link tells its owner. Callbacks come from the event loop, never from inside a call of the owner. */
export interface LinkListener {
  /** UDP and ICMP: one datagram's payload. Serial: the bytes that came, cut anywhere. */
  received(bytes: Uint8Array): void;
  /** The medium stopped working (`fault` says why) or works again (null). Only changes are told. */
  faulted(fault: string | null): void;
  /**
   * The hardware does not hear the other end any more (`missing` says what of it is gone), or hears it again (null). Only
   * changes are told, and only by media that can tell; until they do, it is heard.
   */
  signalled?(missing: string | null): void;
  /** Something was found out that a person may want to know, and nobody need act on. */
  noted?(text: string): void;
}

/** A cable's end: bytes out, bytes in. It never throws and never blocks; what it cannot send it drops and counts. */
export interface Link {
  /**
   * Queue bytes for sending. Frames with the same `slot` replace one another while they wait: a slow
   * line carries the newest heartbeat, never a queue of stale ones. Frames without a slot keep their order in a
   * bounded queue; the oldest goes first when it is full.
   */
  send(bytes: Uint8Array, slot?: string): void;
  /** Frames handed to the medium since it was opened. */
  readonly sent: number;
  /** Frames dropped because the queue was full or the medium failed. */
  readonly dropped: number;
  /**
   * Lets go of the port, so that something else may use it; what is to be sent meanwhile is dropped, and nothing is told.
   * Resolves with what takes it up again. Only of media that are a port.
   */
  rest?(): Promise<() => void>;
  close(): Promise<void>;
}
