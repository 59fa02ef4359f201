import type { EventReport, GroupReport, StatusReport } from '../../firmware-agent/console/report.ts';
import type { Laboratory } from './laboratory.ts';
import type { View } from './record.ts';
import { type PerSeat, perSeat, SEATS, type Seat } from './seat.ts';

/** Milliseconds between two looks at both agents. */
const LOOK = 100;
/** Looks of which the client's experience is remembered: five seconds. */
const STRIP = 50;

/** What is seen of the pair at one moment. */
export interface Sighting {
  readonly reports: PerSeat<StatusReport | null>;
  readonly powered: PerSeat<boolean>;
  /** For each of the last looks, the newest last: who answered the client; null: nobody. */
  readonly strip: readonly (Seat | 'unknown' | null)[];
}

export interface Watcher {
  /** Something new happened on a node, as its agent tells. */
  event(seat: Seat, event: EventReport): void;
  /** A new look was taken. */
  sighted(sighting: Sighting): void;
}

/** Looks at both agents and at the client all the time and tells what is new. */
export class Observer {
  readonly #lab: Laboratory;
  readonly #watcher: Watcher;
  readonly #reports: PerSeat<StatusReport | null> = perSeat(() => null);
  readonly #lastEvent: PerSeat<string | undefined> = perSeat(() => undefined);
  readonly #failures: PerSeat<string | null> = perSeat(() => null);
  #strip: (Seat | 'unknown' | null)[] = [];
  #mark: number;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;
  #complaint = '';

  constructor(lab: Laboratory, watcher: Watcher) {
    this.#lab = lab;
    this.#watcher = watcher;
    this.#mark = lab.client.mark();
    this.#schedule();
  }

  get sighting(): Sighting {
    return {
      reports: { ...this.#reports },
      powered: perSeat((seat) => this.#lab.boxes[seat].powered),
      strip: this.#strip,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      // A look that fails ends nothing: the next one may succeed, and who waits for something has a limit.
      this.#looking = this.#look()
        .catch((error: Error) => this.#complain(error))
        .finally(() => this.#schedule());
    }, LOOK);
  }

  async #look(): Promise<void> {
    await Promise.all(SEATS.map((seat) => this.#ask(seat)));
    const now = this.#lab.client.mark();
    const view = await this.#lab.client.since(this.#mark, now);
    this.#mark = now;
    this.#strip = [...this.#strip, answerer(view)].slice(-STRIP);
    this.#watcher.sighted(this.sighting);
  }

  async #ask(seat: Seat): Promise<void> {
    const before = this.#reports[seat];
    const report = await this.#lab.nodes[seat].status();
    this.#reports[seat] = report;
    this.#tellFailure(seat);
    if (report === null) return;
    if (before !== null && before.pid !== report.pid) this.#lastEvent[seat] = undefined;
    const last = report.events.findLastIndex((event) => signature(event) === this.#lastEvent[seat]);
    for (const event of report.events.slice(last + 1)) this.#watcher.event(seat, event);
    const newest = report.events.at(-1);
    if (newest !== undefined) this.#lastEvent[seat] = signature(newest);
  }

  /** Tell once that an agent ended unasked. */
  #tellFailure(seat: Seat): void {
    const { failure } = this.#lab.nodes[seat];
    if (failure !== null && failure !== this.#failures[seat])
      this.#watcher.event(seat, laboratoryEvent(failure));
    this.#failures[seat] = failure;
  }

  /** Tell of a failed look, once for as long as it fails alike. */
  #complain(error: Error): void {
    if (error.message === this.#complaint) return;
    this.#complaint = error.message;
    for (const seat of SEATS) this.#watcher.event(seat, laboratoryEvent(error.message));
  }
}

/** Something that no agent can tell. */
function laboratoryEvent(text: string): EventReport {
  return { time: new Date().toISOString(), level: 'ERROR', text: `laboratory: ${text}` };
}

function signature(event: EventReport): string {
  return `${event.time} ${event.text}`;
}

/** Who answered last; null: a question was lost and nobody answered after it. */
function answerer(view: View): Seat | 'unknown' | null {
  return view.answeredBy.at(-1) ?? null;
}

/** The groups that a node serves, as it says itself. */
export function served(report: StatusReport | null): GroupReport[] {
  return (report?.groups ?? []).filter((group) => group.state === 'running');
}
