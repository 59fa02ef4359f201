import { blinks, bothBoot, joins, losesPower, starts, stops, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

tell({
  name: 'auto_failback on',
  settings: TIMES,
  steps: [
    bothBoot,
    losesPower('nodea'),
    joins('nodea'),
    losesPower('nodeb'),
    joins('nodeb'),
    blinks('nodea'),
    blinks('nodeb'),
    stops('nodea'),
    starts('nodea'),
    stops('nodeb'),
    starts('nodeb'),
  ],
});
