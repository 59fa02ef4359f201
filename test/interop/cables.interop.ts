import { healed, oneCable, parted } from './support/cable-steps.ts';
import { bothBoot, HEARTBEATS_WAYS, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

tell({
  name: 'cables',
  settings: { ...TIMES, ...HEARTBEATS_WAYS },
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
