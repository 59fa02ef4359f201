import { healed, oneCable, parted } from './support/cable-steps.ts';
import { bothBoot, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

tell({
  name: 'cables',
  settings: TIMES,
  steps: [
    bothBoot,
    oneCable('serial', 'cut'),
    oneCable('serial', 'mend'),
    oneCable('crossover', 'cut'),
    oneCable('crossover', 'mend'),
    parted,
    healed,
    parted,
    healed,
  ],
});
