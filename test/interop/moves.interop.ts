import { ALL_ON, asks, bothBoot, EACH_ITS_OWN, TIMES, TWO_GROUPS } from './support/steps.ts';
import { tell } from './support/tell.ts';

/** Everything that a person can ask for, of either node. */
tell({
  name: 'planned moves',
  settings: { ...TIMES, ...TWO_GROUPS },
  steps: [
    bothBoot,
    asks('standby', 'nodea', 'all', ALL_ON.nodeb),
    asks('takeover', 'nodea', 'local', EACH_ITS_OWN),
    asks('standby', 'nodea', 'local', ALL_ON.nodeb),
    asks('standby', 'nodeb', 'foreign', EACH_ITS_OWN),
    asks('standby', 'nodeb', 'all', ALL_ON.nodea),
    asks('takeover', 'nodeb', 'local', EACH_ITS_OWN),
    asks('takeover', 'nodeb', 'foreign', ALL_ON.nodeb),
    asks('takeover', 'nodea', 'all', ALL_ON.nodea),
    asks('standby', 'nodea', 'foreign', EACH_ITS_OWN),
    asks('takeover', 'nodeb', 'all', ALL_ON.nodeb),
    asks('takeover', 'nodea', 'local', EACH_ITS_OWN),
    asks('standby', 'nodeb', 'local', ALL_ON.nodea),
    asks('standby', 'nodea', 'failback', EACH_ITS_OWN),
    asks('takeover', 'nodea', 'foreign', ALL_ON.nodea),
    asks('standby', 'nodea', 'foreign', EACH_ITS_OWN),
  ],
});
