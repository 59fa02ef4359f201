import { type PerSeat, perSeat, type Seat } from '../laboratory/seat.ts';

/** Both boxes' answers for one address, heard by everybody on the LAN. Times in ms of the monotonic clock. */
export interface Claims {
  /** The time in which both boxes answered for the address. */
  readonly both: number;
  readonly answers: PerSeat<number>;
  /** When each first said that the address is its own, asked or unasked; null: it did not. */
  readonly first: PerSeat<number | null>;
  /** Addresses that were announced unasked, in turn, each announcer once in a row. */
  readonly announced: readonly Seat[];
}

interface Answer {
  readonly at: number;
  readonly seat: Seat;
}

/** A box that was silent for longer did not answer all the while. */
const GAP = 500;
/** Half an hour at two boxes and fifty questions a second. */
const CAPACITY = 180_000;

/** What was answered on the LAN to "who has the virtual address?". */
export class Answers {
  #answers: Answer[] = [];
  #announcements: Answer[] = [];
  /** Milliseconds between two questions: one answer alone stands for so long. */
  readonly #pace: number;

  constructor(pace: number) {
    this.#pace = pace;
  }

  answered(seat: Seat, at: number): void {
    this.#answers.push({ at, seat });
    if (this.#answers.length > CAPACITY) this.#answers = this.#answers.slice(CAPACITY / 2);
  }

  announced(seat: Seat, at: number): void {
    this.#announcements = [...this.#announcements, { at, seat }].slice(-1000);
  }

  view(from: number, to: number): Claims {
    const within = (answer: Answer): boolean => answer.at >= from && answer.at <= to;
    const heard = this.#answers.filter(within);
    const spans = perSeat((seat) => this.#spans(heard.filter((answer) => answer.seat === seat)));
    const unasked = this.#announcements.filter(within);
    const announced = unasked.map(({ seat }) => seat);
    const firstOf = (seat: Seat): number | null => {
      const times = [...heard, ...unasked].filter((answer) => answer.seat === seat).map(({ at }) => at);
      return times.length === 0 ? null : times.reduce((one, two) => Math.min(one, two));
    };
    return {
      both: overlap(spans.nodea, spans.nodeb),
      first: perSeat(firstOf),
      answers: perSeat((seat) => heard.filter((answer) => answer.seat === seat).length),
      announced: announced.filter((seat, index) => seat !== announced[index - 1]),
    };
  }

  /** The times through which a box answered. */
  #spans(answers: readonly Answer[]): Span[] {
    const spans: Span[] = [];
    for (const { at } of answers) {
      const last = spans.at(-1);
      if (last !== undefined && at - last.to <= GAP) last.to = at;
      else spans.push({ from: at, to: at });
    }
    return spans.map(({ from, to }) => ({ from, to: Math.max(to, from + this.#pace) }));
  }
}

interface Span {
  from: number;
  to: number;
}

function overlap(one: readonly Span[], two: readonly Span[]): number {
  let sum = 0;
  for (const a of one)
    for (const b of two) sum += Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));
  return sum;
}
