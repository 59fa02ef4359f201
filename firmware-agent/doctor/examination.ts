import { type Bench, type Input, inputs, type Output, outputs, type Tally } from './bench.ts';
import { blockLength } from './pattern.ts';

/** Which inputs go with each output of one end. Null: its port has no modem lines. */
export type Followers = Readonly<Record<Output, readonly Input[]>>;

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

export interface Findings {
  /** At this end's own port: what comes back by a plug that joins its pins. Null: no modem lines. */
  readonly own: Followers | null;
  /** Of the own bytes, what this end heard itself. */
  readonly echo: Passage;
  /** With the peer's help; null: it has none. */
  readonly pair: {
    /** The peer's inputs that go with our outputs; null: one of the two ports has no modem lines. */
    readonly out: Followers | null;
    /** And ours with the peer's. */
    readonly back: Followers | null;
    /** In the order of the rates; the last is the highest that works both ways, or the first that does not. */
    readonly trials: readonly Trial[];
  } | null;
}

export interface Examination {
  readonly here: Bench;
  /** Null: the peer's agent cannot help. */
  readonly there: Bench | null;
  /** Bits per second that ha.cf gives; tried first, and again at the end. */
  readonly baud: number;
  /** In a human's words, what is done now. */
  readonly tell: (text: string) => void;
  /** Waits so many ms. */
  readonly pause: (delay: number) => Promise<void>;
}

/** What is tried, in bits per second. */
const rates = [9600, 19_200, 38_400, 57_600, 115_200] as const;
/** A line is still after so many ms. */
const settling = 50;
/** Blocks of the first trial of a rate: enough to see that it works. */
const few = 32;
/** The time that the long trial takes each way, in ms. */
const longTrial = 10_000;

/** Try the cable from one end, or from both. Rejects where an end fails; both have left then. */
export async function examine(examination: Examination): Promise<Findings> {
  const { here, there, baud, tell } = examination;
  try {
    tell('the modem lines');
    await here.rate(baud);
    const own = await follow(examination, here, here);
    if (there === null) return { own, echo: await pass(examination, here, here, few), pair: null };
    await there.rate(baud);
    const out = await follow(examination, here, there);
    const back = await follow(examination, there, here);
    tell(`data at ${baud} baud`);
    const echo = await pass(examination, here, here, few);
    return { own, echo, pair: { out, back, trials: await tryRates(examination, there) } };
  } finally {
    await Promise.allSettled([here.leave(), there?.leave()]);
  }
}

/** Drop and raise each output of one end, and see which inputs of the other go with it. */
async function follow({ pause }: Examination, from: Bench, to: Bench): Promise<Followers | null> {
  const found: Record<Output, readonly Input[]> = { RTS: [], DTR: [] };
  for (const output of outputs) {
    await from.drive(output, false);
    await pause(settling);
    const low = await to.sense();
    await from.drive(output, true);
    await pause(settling);
    const high = await to.sense();
    if (low === null || high === null) return null;
    found[output] = inputs.filter((input) => high.includes(input) && !low.includes(input));
  }
  return found;
}

async function pass({ pause }: Examination, from: Bench, to: Bench, blocks: number): Promise<Passage> {
  await to.listen();
  await from.emit(blocks);
  await pause(settling);
  return { ...(await to.tally()), sent: blocks * blockLength };
}

/** From the rate of ha.cf upwards for as long as it goes; then the highest that works, for longer. */
async function tryRates(examination: Examination, there: Bench): Promise<Trial[]> {
  const { here, baud, tell } = examination;
  const trials: Trial[] = [];
  let best: number | null = null;
  for (const rate of [baud, ...rates.filter((rate) => rate > baud)]) {
    if (rate !== baud) tell(`data at ${rate} baud`);
    const trial = await tryRate(examination, there, rate, few);
    trials.push(trial);
    if (!isClean(trial)) break;
    best = rate;
  }
  if (best === null) return trials;
  tell(`data at ${best} baud for ${(2 * longTrial) / 1000} s`);
  const blocks = Math.ceil((best * longTrial) / 10_000 / blockLength);
  trials.push(await tryRate(examination, there, best, blocks));
  await Promise.all([here.rate(baud), there.rate(baud)]);
  return trials;
}

async function tryRate(examination: Examination, there: Bench, baud: number, blocks: number): Promise<Trial> {
  const { here } = examination;
  if (!(await here.rate(baud)) || !(await there.rate(baud))) return { baud, out: null, back: null };
  const out = await pass(examination, here, there, blocks);
  return { baud, out, back: await pass(examination, there, here, blocks) };
}

/** All came, as it was sent. */
export function isClean({ out, back }: Trial): boolean {
  return [out, back].every((way) => way !== null && way.right === way.sent);
}
