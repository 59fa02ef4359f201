/** A log line as `status` shows it. */
export interface LogEvent {
  /** ISO 8601. */
  readonly time: string;
  readonly level: string;
  readonly text: string;
}

/** The newest events, oldest first. */
export class EventRing {
  readonly #capacity: number;
  readonly #events: LogEvent[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(event: LogEvent): void {
    this.#events.push(event);
    if (this.#events.length > this.#capacity) this.#events.shift();
  }

  list(): readonly LogEvent[] {
    return [...this.#events];
  }
}
