import type { Random } from '../unit/support/random.ts';
import type { GroupsOptions } from './groups.ts';
import type { Scenario } from './scenario.ts';

/** A script that hangs is ended after so many ms, and has failed. */
export const scriptLimit = 4000;

/** A script that is slow takes so many ms more. */
export const slowScript = 3000;

/** How the scripts of one box behave; as healthy ones are made. */
export class ScriptMood {
  /** Milliseconds more than usual. */
  extra = 0;
  /** Of 100 runs so many fail, hang until their limit, or lie. */
  failing = 0;
  hanging = 0;
  lying = 0;
}

export function scriptsOf(mood: ScriptMood, scenario: Scenario, random: Random): GroupsOptions['script'] {
  const happens = (percent: number) => percent > 0 && random.below(100) < percent;
  return (what) => {
    if (happens(mood.hanging)) return { takes: scriptLimit, fails: true, lies: false };
    return {
      takes: scenario.scriptTime[what] + mood.extra,
      fails: happens(mood.failing),
      lies: happens(mood.lying),
    };
  };
}
