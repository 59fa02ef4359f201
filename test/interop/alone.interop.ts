import { bootsAlone, joins, losesPower, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

tell({
  name: 'one boots alone',
  settings: TIMES,
  steps: [
    bootsAlone('nodea'),
    joins('nodeb'),
    losesPower('nodea'),
    // Nobody is left.
    {
      title: 'nodeb loses its power too',
      act: (pair) => pair.nodes.nodeb.kill(),
      holdings: { nodea: null, nodeb: null },
      owner: null,
    },
    bootsAlone('nodeb'),
    joins('nodea'),
  ],
});
