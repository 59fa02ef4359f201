import { setTimeout as sleep } from 'node:timers/promises';
import type { MixedPair } from '../../../scripts/laboratory/mixed.ts';
import { type PerSeat, perSeat, SEATS } from '../../../scripts/laboratory/seat.ts';
import { alarms } from './alarms.ts';
import { atRest, type Rest } from './look.ts';

/** What should happen is waited for at most so long; a healed partition makes Heartbeat restart, which takes longest. */
const PATIENCE = 60_000;
/** After each step the pair is watched for so long: nothing more may happen. */
const AFTERMATH = 1000;
/** Then it has to be as before, at the latest when a report that was lost has been sent again. */
const STILL = 5000;

/** One thing that befalls a pair, and how it has to be when it rests again. */
export interface Step extends Rest {
  readonly title: string;
  act(pair: MixedPair): Promise<void>;
  /** The longest outage in milliseconds, beyond what the client itself was held up; absent: it is measured only. */
  readonly limit?: number;
  /** Alarms that are right here, whether or not the recording has them. */
  readonly admits?: RegExp;
}

export interface StepOutcome {
  readonly title: string;
  /** The client's longest time without an answer, in milliseconds. */
  readonly outage: number;
  /** What went otherwise than it should; empty: nothing. */
  readonly problems: readonly string[];
  /** Log lines of level ERROR and CRIT, numbers left out, in the order in which they came. */
  readonly alarms: PerSeat<readonly string[]>;
}

/** Play a story; it ends early where a step did not come to its rest, because the next ones build on it. */
export async function play(pair: MixedPair, steps: readonly Step[]): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    const { outcome, finished } = await playStep(pair, step);
    outcomes.push(outcome);
    if (!finished) break;
  }
  return outcomes;
}

async function playStep(pair: MixedPair, step: Step): Promise<{ outcome: StepOutcome; finished: boolean }> {
  const { title, limit } = step;
  const marks = perSeat((seat) => pair.nodes[seat].log.mark());
  const mark = pair.client.mark();
  const problems: string[] = [];
  let finished = true;
  let end = mark;
  try {
    await step.act(pair);
    await atRest(pair, step, PATIENCE);
    end = pair.client.mark();
    await sleep(AFTERMATH);
    await atRest(pair, step, STILL);
  } catch (error) {
    problems.push((error as Error).message);
    finished = false;
  }
  const { outage, stalled } = await pair.client.since(mark, finished ? end : undefined);
  if (limit !== undefined && outage - stalled > limit)
    problems.push(`${Math.round(outage)} ms without an answer, more than ${limit}`);
  const lines = perSeat((seat) =>
    alarms(pair.nodes[seat].log.since(marks[seat])).filter((text) => !step.admits?.test(text)),
  );
  return { outcome: { title, outage, problems, alarms: lines }, finished };
}

/** For a story's first step: both boxes get their power at the same time. */
export async function bootBoth(pair: MixedPair): Promise<void> {
  await Promise.all(SEATS.map((seat) => pair.nodes[seat].boot()));
}
