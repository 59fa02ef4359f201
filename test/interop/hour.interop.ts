import { healed, oneCable, parted } from './support/cable-steps.ts';
import { hasLanAgain, losesLan, WITH_GATEWAY } from './support/lan-steps.ts';
import { reloads } from './support/reload-step.ts';
import {
  ALL_ON,
  asks,
  blinks,
  bothBoot,
  EACH_ITS_OWN,
  HEARTBEATS_WAYS,
  joins,
  losesPower,
  starts,
  stops,
  TWO_GROUPS,
} from './support/steps.ts';
import { tell } from './support/tell.ts';

/**
 * Whatever happens to a pair, in one life: each thing finds what the ones before it left behind. Nobody moves anything by
 * hand where a cable was just cut: ipfail, which compares then, gives back what is not where it belongs.
 */
const ROUND = [
  asks('standby', 'nodea', 'all', ALL_ON.nodeb),
  asks('takeover', 'nodea', 'local', EACH_ITS_OWN),
  oneCable('serial', 'cut'),
  losesLan('nodea'),
  hasLanAgain('nodea'),
  oneCable('serial', 'mend'),
  oneCable('crossover', 'cut'),
  losesPower('nodea'),
  joins('nodea'),
  oneCable('crossover', 'mend'),
  reloads('nodeb'),
  stops('nodeb'),
  starts('nodeb'),
  losesLan('nodeb'),
  hasLanAgain('nodeb'),
  blinks('nodea'),
  asks('takeover', 'nodeb', 'all', ALL_ON.nodeb),
  asks('standby', 'nodeb', 'foreign', EACH_ITS_OWN),
];

/** An hour of heartbeats at the usual two seconds, ten times a second: 1800 of them and more. */
tell({
  name: 'an hour',
  settings: {
    keepalive: 100,
    deadtime: 3000,
    initdead: 6000,
    baud: 115_200,
    ...TWO_GROUPS,
    ...HEARTBEATS_WAYS,
    directives: WITH_GATEWAY,
  },
  steps: [bothBoot, ...ROUND, parted, healed, ...ROUND],
});
