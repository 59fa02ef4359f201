import {
  ALL_ON,
  asks,
  bootsAlone,
  EACH_ITS_OWN,
  joins,
  losesPower,
  starts,
  stops,
  TIMES,
} from './support/steps.ts';
import { tell } from './support/tell.ts';

/** What was taken stays where it is. */
tell({
  name: 'auto_failback off',
  settings: { ...TIMES, autoFailback: 'off' },
  steps: [
    bootsAlone('nodeb'),
    joins('nodea', ALL_ON.nodeb, 'nodeb'),
    stops('nodeb', 'nodeb'),
    starts('nodeb', ALL_ON.nodea, 'nodea'),
    losesPower('nodea'),
    joins('nodea', ALL_ON.nodeb, 'nodeb'),
    asks('takeover', 'nodea', 'local', EACH_ITS_OWN),
  ],
});
