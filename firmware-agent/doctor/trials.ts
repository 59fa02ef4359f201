import type { Bench, Tally } from './bench.ts';
import { blockLength } from './pattern.ts';

/** Bytes that went one way. */
export interface Passage extends Tally {
  readonly sent: number;
}

/** One rate, both ways; null where the port of an end cannot do it. */
export interface Trial {
  readonly baud: number;
  readonly out: Passage | null;
  readonly back: Passage | null;
}

/** Who tries, and with what. */
export interface Trying {
  readonly here: Bench;
  /** Bits per second that ha.cf gives; tried first. */
  readonly baud: number;
  /** In a human's words, what is done now. */
  readonly tell: (text: string) => void;
  /** Waits so many ms. */
  readonly pause: (delay: number) => Promise<void>;
}

/** What is tried, in bits per second. */
const rates = [9600, 19_200, 38_400, 57_600, 115_200] as const;
/** What comes late is waited for in these steps, in ms; after them it is lost. */
const lateness = [50, 150, 300] as const;
/** The time that the first trial of a rate takes each way, in ms: more than all of them. */
const shortTrial = 800;
/** What was too fast for the line is still on its way for so many ms. */
const stragglers = 1000;
/** The time that the long trial takes each way, in ms. */
const longTrial = 10_000;

/** From the rate of ha.cf upwards, or else the slower ones, for as long as it goes; then the highest that works, for longer. */
export async function tryRates(trying: Trying, there: Bench): Promise<Trial[]> {
  const { baud, tell } = trying;
  const trials: Trial[] = [];
  const best =
    (await climb([baud, ...rates.filter((rate) => rate > baud)])) ??
    (await climb(rates.filter((rate) => rate < baud)));
  if (best === null) return trials;
  tell(`data at ${best} baud for ${(2 * longTrial) / 1000} s`);
  return [...trials, await tryRate(trying, there, best, longTrial)];

  /** The last that works, before the first that does not; null: none. */
  async function climb(steps: readonly number[]): Promise<number | null> {
    let last: number | null = null;
    for (const rate of steps) {
      tell(`data at ${rate} baud`);
      const trial = await tryRate(trying, there, rate, shortTrial);
      trials.push(trial);
      if (!isClean(trial)) {
        await trying.pause(stragglers);
        return last;
      }
      last = rate;
    }
    return last;
  }
}

async function tryRate(trying: Trying, there: Bench, baud: number, time: number): Promise<Trial> {
  const { here } = trying;
  if (!(await here.rate(baud)) || !(await there.rate(baud))) return { baud, out: null, back: null };
  const out = await pass(trying, here, there, baud, time);
  return { baud, out, back: await pass(trying, there, here, baud, time) };
}

/** At the rate of ha.cf, from an end to an end, or to itself. */
export function tryBriefly(trying: Trying, from: Bench, to: Bench): Promise<Passage> {
  return pass(trying, from, to, trying.baud, shortTrial);
}

async function pass({ pause }: Trying, from: Bench, to: Bench, baud: number, time: number): Promise<Passage> {
  const blocks = Math.ceil((baud * time) / 10_000 / blockLength);
  const sent = blocks * blockLength;
  await to.listen();
  await from.emit(blocks);
  let heard = await to.tally();
  for (const step of lateness) {
    if (heard.right + heard.wrong >= sent) break;
    await pause(step);
    heard = await to.tally();
  }
  return { ...heard, sent };
}

/** All came, as it was sent. */
export function isClean({ out, back }: Trial): boolean {
  return [out, back].every((way) => way !== null && way.right === way.sent);
}
