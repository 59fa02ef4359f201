/** The inputs of a serial port that a null modem drives. */
export const inputs = ['CTS', 'DSR', 'DCD'] as const;
export type Input = (typeof inputs)[number];

/** The outputs by which it does so. */
export const outputs = ['RTS', 'DTR'] as const;
export type Output = (typeof outputs)[number];

/** Of the pattern that was to come. */
export interface Tally {
  /** Bytes that came as they were sent. */
  readonly right: number;
  /** Bytes that came otherwise, or were none of the pattern. */
  readonly wrong: number;
}

/**
 * One end of the cable while it is examined: nothing else uses the port. Everything rejects with an Error where this end cannot
 * be reached any more, or its port fails.
 */
export interface Bench {
  /** Raise or drop an output. */
  drive(output: Output, on: boolean): Promise<void>;
  /** The inputs that are on; null: this port has no modem lines, or cannot tell. */
  sense(): Promise<readonly Input[] | null>;
  /** Bits per second from now on, with nothing left of before in the port. False: the port cannot. */
  rate(baud: number): Promise<boolean>;
  /** Begin to count what comes of the pattern. */
  listen(): Promise<void>;
  /** Send so many blocks of the pattern; resolves when the line has had the time for them. */
  emit(blocks: number): Promise<void>;
  /** What came since `listen`. */
  tally(): Promise<Tally>;
  /** Back to heartbeats, as before. */
  leave(): Promise<void>;
}
