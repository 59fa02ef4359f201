import { GATEWAY_ADDRESS } from '../../scripts/laboratory/network.ts';
import { lan, noticed } from './support/gateway.ts';
import { losesLan, WITH_GATEWAY } from './support/lan-steps.ts';
import { ALL_ON, bothBoot, NOTHING, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

/** What was given up for the gateway's sake stays where it is. */
tell({
  name: 'the gateway, auto_failback off',
  settings: { ...TIMES, directives: WITH_GATEWAY, autoFailback: 'off' },
  steps: [
    bothBoot,
    losesLan('nodea'),
    {
      title: 'nodea has its LAN again',
      act: noticed(lan('mend', 'nodea'), GATEWAY_ADDRESS, 'answers', ['nodea']),
      holdings: ALL_ON.nodeb,
      owner: 'nodeb',
      limit: NOTHING,
    },
  ],
});
