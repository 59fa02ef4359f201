import type { Seat } from './seat.ts';

/** What the client saw between two moments. Times are milliseconds of the monotonic clock. */
export interface View {
  /** The longest time without an answer, that before the first and after the last one included. */
  readonly outage: number;
  readonly asked: number;
  /** Of those, the ones that were never answered. */
  readonly lost: number;
  /** Who answered, in turn: a move of the address makes the list longer by one. */
  readonly answeredBy: readonly (Seat | 'unknown')[];
  /** The longest time that the client itself was kept from asking: by so much the outage may be overstated. */
  readonly stalled: number;
}

/** Enough for a quarter of an hour at one millisecond; then the oldest go. */
const CAPACITY = 1 << 20;
/** An answer that took longer, in milliseconds, is not looked for in a view. */
const LATEST_ANSWER = 2000;

/** The client's memory of its questions and the answers to them: a ring of fixed size. */
export class Record {
  readonly #asked = new Float64Array(CAPACITY);
  readonly #answered = new Float64Array(CAPACITY);
  readonly #by: (Seat | 'unknown' | undefined)[] = new Array(CAPACITY);
  #next = 0;

  /** Note a question; its number, counted from 0. */
  ask(at: number): number {
    const index = this.#next % CAPACITY;
    this.#asked[index] = at;
    this.#answered[index] = Number.NaN;
    this.#by[index] = undefined;
    return this.#next++;
  }

  /** Note the answer to the newest question whose number ends in these sixteen bits. Later ones are ignored. */
  answer(low: number, at: number, by: Seat | 'unknown'): void {
    const number = this.#next - 1 - ((this.#next - 1 - low) & 0xffff);
    if (number < 0) return;
    const index = number % CAPACITY;
    if (!Number.isNaN(this.#answered[index] ?? 0)) return;
    this.#answered[index] = at;
    this.#by[index] = by;
  }

  view(from: number, to: number): View {
    const answers: { at: number; by: Seat | 'unknown' }[] = [];
    let asked = 0;
    let lost = 0;
    let stalled = 0;
    let lastAsked = from;
    for (let number = this.#first(from - LATEST_ANSWER); number < this.#next; number++) {
      const index = number % CAPACITY;
      const sent = this.#asked[index] ?? 0;
      const at = this.#answered[index] ?? Number.NaN;
      if (at >= from && at <= to) answers.push({ at, by: this.#by[index] ?? 'unknown' });
      if (sent < from || sent > to) continue;
      asked += 1;
      if (Number.isNaN(at)) lost += 1;
      stalled = Math.max(stalled, sent - lastAsked);
      lastAsked = sent;
    }
    answers.sort((one, two) => one.at - two.at);
    return { ...summary(answers, from, to), asked, lost, stalled };
  }

  /** The first question asked at or after a moment; windows are recent, so look from the end. */
  #first(from: number): number {
    const oldest = Math.max(0, this.#next - CAPACITY);
    let number = this.#next;
    while (number > oldest && (this.#asked[(number - 1) % CAPACITY] ?? 0) >= from) number -= 1;
    return number;
  }
}

function summary(
  answers: readonly { at: number; by: Seat | 'unknown' }[],
  from: number,
  to: number,
): Pick<View, 'outage' | 'answeredBy'> {
  let outage = 0;
  let last = from;
  const answeredBy: (Seat | 'unknown')[] = [];
  for (const { at, by } of answers) {
    outage = Math.max(outage, at - last);
    last = at;
    if (answeredBy.at(-1) !== by) answeredBy.push(by);
  }
  return { outage: Math.max(outage, to - last), answeredBy };
}
