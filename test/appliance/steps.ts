import type { Bench } from '../../scripts/appliance/bench.ts';
import { until } from '../../scripts/laboratory/wait.ts';
import { booted } from './checks.ts';
import { LIMIT } from './play.ts';
import type { Step } from './step.ts';

/** Both nodes active, nodea serving: where every scenario begins and ends. */
export const A_SERVES = { owner: 'nodea', pair: 'both' } as const;
export const B_ALONE = { owner: 'nodeb', pair: 'alone' } as const;

/** `clock`: what the box's battery clock says then; else the right time. */
export function powerReturns(title = 'its power returns', clock?: string): Step {
  return { title, act: (bench) => bench.powerOn('nodea', clock), rest: A_SERVES, outage: 'move' };
}

/** The box is reset by something, and boots; the other one serves meanwhile. */
export function resets(title: string, act: (bench: Bench) => Promise<unknown>): Step {
  return {
    title,
    act: async (bench) => {
      const { nodea } = bench.machines;
      const { boots } = nodea.shell;
      nodea.watchdogAt = null;
      await act(bench);
      await until('nodea to boot once more', () => booted(bench, 'nodea', boots), LIMIT);
    },
    rest: A_SERVES,
    outage: 'takeover',
  };
}

export const losesPower: Step = {
  title: 'nodea loses its power',
  act: (bench) => bench.powerOff('nodea'),
  rest: B_ALONE,
  outage: 'takeover',
};
