import type { Step } from './support/play.ts';
import { bothBoot, joins, losesPower, starts, stops, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

/** In this mode nobody reports what it holds; the addresses tell. */
const untold = (steps: readonly Step[]): Step[] => steps.map((step) => ({ ...step, untold: true }));

tell({
  name: 'auto_failback legacy',
  settings: { ...TIMES, autoFailback: 'legacy' },
  steps: untold([
    bothBoot,
    losesPower('nodea'),
    joins('nodea'),
    losesPower('nodeb'),
    joins('nodeb'),
    stops('nodea'),
    starts('nodea'),
    stops('nodeb'),
    starts('nodeb'),
  ]),
});
