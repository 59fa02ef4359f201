import { setTimeout as sleep } from 'node:timers/promises';
import type { LinkReport } from '../../firmware-agent/console/report.ts';
import { PACE, QUICK_PACE } from './client.ts';
import type { Laboratory } from './laboratory.ts';
import type { Observer } from './observer.ts';
import type { View } from './record.ts';
import { rest } from './rest.ts';
import { other, perSeat, SEATS, type Seat } from './seat.ts';
import { inWords, type StepResult } from './verdict.ts';
import { until } from './wait.ts';

/** What a planned move, or a cable lost, may cost the client; and what a takeover may cost beyond the timers. */
export const PLANNED_LIMIT = 100;
/** How long what should happen is waited for: on a slow machine it is late, and the outage tells by how much. */
const PATIENCE = 60_000;
/** After each step the pair is watched for so long: nothing more may happen. */
const AFTERMATH = 1000;

interface Step {
  readonly title: string;
  readonly expected: string;
  /** The longest outage; absent: the step is not about it. */
  readonly limit?: number;
  /** Milliseconds between the client's questions; else the usual. */
  readonly pace?: number;
  /** Do it and wait until it is done. What is wrong is thrown. */
  work(): Promise<void>;
  /** Look for what must not have happened. */
  problems?(view: View): readonly string[];
}

export interface ScenarioListener {
  step(number: number, total: number, title: string, expected: string): void;
  result(result: StepResult): void;
}

/**
 * The story of a pair: boot, power loss and takeover, return and failback, a planned move and back, then each cable cut and
 * mended. Ends early where a step did not come to its end, because the next ones build on it.
 */
export async function playScenario(
  lab: Laboratory,
  observer: Observer,
  listener: ScenarioListener,
): Promise<StepResult[]> {
  const steps = story(lab, observer);
  const results: StepResult[] = [];
  for (const [index, step] of steps.entries()) {
    listener.step(index + 1, steps.length, step.title, step.expected);
    const { result, finished } = await play(lab, step);
    results.push(result);
    listener.result(result);
    if (!finished) break;
  }
  return results;
}

async function play(lab: Laboratory, step: Step): Promise<{ result: StepResult; finished: boolean }> {
  const { title, expected, limit } = step;
  const problems: string[] = [];
  let finished = true;
  await lab.client.pace(step.pace ?? PACE);
  const mark = lab.client.mark();
  try {
    await step.work();
    await sleep(AFTERMATH);
  } catch (error) {
    problems.push((error as Error).message);
    finished = false;
  }
  const view = await lab.client.since(mark);
  if (finished) problems.push(...(step.problems?.(view) ?? []));
  const measured = limit === undefined ? { outage: null, overrun: null } : measure(view, limit);
  return { result: { title, expected, problems, ...measured }, finished };
}

function measure({ outage, stalled }: View, limit: number): { outage: number; overrun: string | null } {
  if (outage <= limit) return { outage, overrun: null };
  // A client that was itself kept from asking that long has measured the machine, not the pair.
  if (outage - stalled <= limit) return { outage, overrun: null };
  const doubt = `the client itself was kept from asking for up to ${inWords(stalled)}`;
  const overrun = `without an answer for ${inWords(outage)} instead of at most ${inWords(limit)} (${doubt})`;
  return { outage, overrun };
}

function story(lab: Laboratory, observer: Observer): Step[] {
  const { nodea, settings } = lab;
  const takeover = settings.deadtime + settings.keepalive + PLANNED_LIMIT;
  const planned = { limit: PLANNED_LIMIT, pace: QUICK_PACE };
  const atMost = (limit: number): string => `, outage <= ${inWords(limit)}`;

  const rested = (owner: Seat): Promise<void> => rest(lab, observer, owner, PATIENCE);

  return [
    {
      title: 'both boot',
      expected: 'nodea serves the address',
      work: async () => {
        await Promise.all(SEATS.map((seat) => lab.nodes[seat].boot()));
        await rested('nodea');
      },
    },
    {
      title: 'nodea loses its power',
      expected: `nodeb serves${atMost(takeover)}`,
      limit: takeover,
      work: async () => {
        await nodea.kill();
        await until('nodeb to serve', () => observer.sighting.strip.at(-1) === 'nodeb', PATIENCE);
      },
    },
    {
      title: 'nodea returns',
      expected: `nodea serves${atMost(PLANNED_LIMIT)}`,
      ...planned,
      work: async () => {
        await nodea.boot();
        await rested('nodea');
      },
    },
    {
      title: 'standby on nodea',
      expected: `nodeb serves${atMost(PLANNED_LIMIT)}`,
      ...planned,
      work: async () => {
        await nodea.standby('all');
        await rested('nodeb');
      },
    },
    {
      title: 'takeover on nodea',
      expected: `nodea serves${atMost(PLANNED_LIMIT)}`,
      ...planned,
      work: async () => {
        await nodea.takeover('local');
        await rested('nodea');
      },
    },
    ...cableSteps(lab, observer, 'serial'),
    ...cableSteps(lab, observer, 'crossover'),
  ];
}

/** One cable is cut and mended: nothing moves, both nodes show it and log it once. */
function cableSteps(lab: Laboratory, observer: Observer, cable: 'serial' | 'crossover'): Step[] {
  const onCable = (link: LinkReport): boolean => (link.medium === 'serial') === (cable === 'serial');
  const link = (seat: Seat): LinkReport | undefined => observer.sighting.reports[seat]?.links.find(onCable);

  const change = (
    title: string,
    act: () => Promise<void>,
    state: 'up' | 'down',
    word: 'up' | 'dead',
  ): Step => {
    let marks = perSeat(() => 0);
    return {
      title,
      expected: `nothing moves, logged once as ${word}`,
      limit: PLANNED_LIMIT,
      work: async () => {
        marks = perSeat((seat) => lab.nodes[seat].log.mark());
        await act();
        const shown = (): boolean => SEATS.every((seat) => link(seat)?.state === state);
        await until(`both nodes to show the ${cable} link ${state}`, shown, PATIENCE);
        // Whatever else a change of the cable could bring about comes with the next heartbeats.
        await sleep(2 * lab.settings.keepalive);
        await rest(lab, observer, 'nodea', PATIENCE);
      },
      problems: (view) => [
        ...SEATS.flatMap((seat) => {
          const line = `Link ${other(seat)}:${link(seat)?.name} ${word}.`;
          const times = lab.nodes[seat].log.since(marks[seat]).filter((text) => text.includes(line)).length;
          return times === 1 ? [] : [`${seat} logged "${line}" ${times} times instead of once`];
        }),
        ...(view.answeredBy.join() === 'nodea' ? [] : [`the address moved: ${view.answeredBy.join(', ')}`]),
      ],
    };
  };

  const target = cable === 'serial' ? lab.serial : undefined;
  const cut = (): Promise<void> => target?.cut() ?? lab.network.cut('crossover');
  const mend = (): Promise<void> => target?.mend() ?? lab.network.mend('crossover');
  return [
    change(`${cable} cable cut`, cut, 'down', 'dead'),
    change(`${cable} cable mended`, mend, 'up', 'up'),
  ];
}
