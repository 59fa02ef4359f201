import { setTimeout as sleep } from 'node:timers/promises';
import type { Claims } from '../../scripts/appliance/answers.ts';
import { type Bench, CABLES } from '../../scripts/appliance/bench.ts';
import { seen, settled } from '../../scripts/appliance/guest.ts';
import { DEADTIME } from '../../scripts/appliance/settings.ts';
import type { View } from '../../scripts/laboratory/record.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { inWords } from '../../scripts/laboratory/verdict.ts';
import type { Row, Scenario, Step } from './step.ts';

/** Milliseconds in which a pair comes to rest, also on a machine that is busy with other things: two boots. */
export const LIMIT = 150_000;
/** It stays at rest for so long, in milliseconds. */
const LASTING = 1000;

/** Play a scenario as far as it goes: what comes after a step that went wrong would only mislead. */
export async function play(bench: Bench, { name, steps }: Scenario): Promise<Row[]> {
  const rows: Row[] = [];
  for (const step of steps) {
    const row = await playStep(bench, name, step);
    rows.push(row);
    if (row.problems.length > 0) break;
  }
  return rows;
}

/** From anything to where every scenario begins: both boxes switched off, the cables mended, both on. */
export async function restore(bench: Bench): Promise<void> {
  for (const seat of SEATS) if (bench.machines[seat].powered) await bench.powerOff(seat);
  for (const cable of CABLES) await bench.mend(cable);
  for (const seat of SEATS) await bench.powerOn(seat);
  await settled(bench, { owner: 'nodea', pair: 'both' }, LIMIT);
}

async function playStep(bench: Bench, scenario: string, step: Step): Promise<Row> {
  const mark = bench.client.mark();
  const problems: string[] = [];
  try {
    await step.act(bench);
    await settled(bench, step.rest, LIMIT);
    await sleep(LASTING);
    problems.push(...((await step.check?.(bench, (await seen(bench, mark)).claims)) ?? []));
  } catch (error) {
    problems.push((error as Error).message);
  }
  const { view, claims } = await seen(bench, mark);
  const judged = step.outage !== 'any';
  if (judged) problems.push(...judge(step, view, claims));
  const { most, because } = step.both ?? { most: 0, because: null };
  if (claims.both > most)
    problems.push(
      `both boxes answered for ${inWords(claims.both)}${most > 0 ? `, more than ${inWords(most)}` : ''}`,
    );
  return {
    scenario,
    step: step.title,
    outage: judged ? view.outage : null,
    both: claims.both,
    took: bench.client.mark() - mark,
    problems,
    because: claims.both > 0 ? because : null,
    first: null,
  };
}

function judge({ outage, rest }: Step, view: View, { announced }: Claims): string[] {
  const limit = outage === 'takeover' ? 2 * DEADTIME : DEADTIME;
  const problems: string[] = [];
  if (view.outage > limit)
    problems.push(`${inWords(view.outage)} without an answer, more than ${inWords(limit)}`);
  if (outage === 'none' && view.answeredBy.join() !== rest.owner)
    problems.push(`answered by ${view.answeredBy.join(', ')}: the address moved`);
  if (outage === 'takeover' && announced.at(-1) !== rest.owner)
    problems.push(`${rest.owner} did not announce the address on the LAN`);
  return problems;
}
