import { type Bench, type Input, inputs, type Output, outputs } from './bench.ts';
import { type Passage, type Trial, type Trying, tryBriefly, tryRates } from './trials.ts';

/** Which inputs go with each output of one end. Null: its port has no modem lines. */
export type Followers = Readonly<Record<Output, readonly Input[]>>;

export interface Findings {
  /** At this end's own port: what comes back by a plug that joins its pins. Null: no modem lines. */
  readonly own: Followers | null;
  /** The inputs that something else keeps on: an open port at the other end. Null: no modem lines. */
  readonly lit: readonly Input[] | null;
  /** Of the own bytes, what this end heard itself. */
  readonly echo: Passage;
  /** With the peer's help; null: it has none. */
  readonly pair: {
    /** The peer's inputs that go with our outputs; null: one of the two ports has no modem lines. */
    readonly out: Followers | null;
    /** And ours with the peer's. */
    readonly back: Followers | null;
    /** As they were tried, the rate of ha.cf first; at the end the highest that works, for longer, where one does. */
    readonly trials: readonly Trial[];
  } | null;
}

export interface Examination extends Trying {
  /** Null: the peer's agent cannot help. */
  readonly there: Bench | null;
}

/** A line is still after so many ms. */
const settling = 50;

/** Try the cable from one end, or from both. Rejects where an end fails; both have left then. */
export async function examine(examination: Examination): Promise<Findings> {
  const { here, there, baud, tell } = examination;
  try {
    tell('the modem lines');
    await here.rate(baud);
    const own = await follow(examination, here, here);
    const lit = own && ((await here.sense())?.filter((input) => !isLooped(own, input)) ?? null);
    if (there === null) return { own, lit, echo: await tryBriefly(examination, here, here), pair: null };
    await there.rate(baud);
    const out = await follow(examination, here, there);
    const back = await follow(examination, there, here);
    const echo = await tryBriefly(examination, here, here);
    return { own, lit, echo, pair: { out, back, trials: await tryRates(examination, there) } };
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

function isLooped({ RTS, DTR }: Followers, input: Input): boolean {
  return RTS.includes(input) || DTR.includes(input);
}
