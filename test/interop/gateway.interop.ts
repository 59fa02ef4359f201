import { hasLanAgain, losesLan, WITH_GATEWAY } from './support/lan-steps.ts';
import { bothBoot, joins, losesPower, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

tell({
  name: 'the gateway',
  settings: { ...TIMES, directives: WITH_GATEWAY },
  steps: [
    bothBoot,
    losesLan('nodea'),
    hasLanAgain('nodea'),
    losesLan('nodeb'),
    hasLanAgain('nodeb'),
    losesPower('nodea'),
    joins('nodea'),
  ],
});
