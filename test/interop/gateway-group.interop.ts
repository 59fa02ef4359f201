import { GATEWAY_ADDRESS } from '../../scripts/laboratory/network.ts';
import { SEATS } from '../../scripts/laboratory/seat.ts';
import { GIVE_UP, LEISURE, lan, noticed, UNUSED_ADDRESS } from './support/gateway.ts';
import { hasLanAgain, losesLan, WITH_GATEWAY } from './support/lan-steps.ts';
import { ALL_ON, bothBoot, EACH_ITS_OWN } from './support/steps.ts';
import { tell } from './support/tell.ts';

const GROUP = 'gateways';

/**
 * A group of which one host never answers is as good as one host. Without their LAN the nodes see as little as one another:
 * nothing moves, wherever it is.
 */
tell({
  name: 'a group of gateways',
  settings: {
    ...LEISURE,
    // In place of the gateway alone.
    directives: WITH_GATEWAY.with(0, `ping_group ${GROUP} ${GATEWAY_ADDRESS} ${UNUSED_ADDRESS}`),
  },
  steps: [
    bothBoot,
    { ...losesLan('nodea'), limit: GIVE_UP },
    {
      title: 'nodeb loses its LAN too',
      act: noticed(lan('cut', 'nodeb'), GROUP, 'is silent', ['nodeb']),
      holdings: ALL_ON.nodeb,
      owner: null,
    },
    {
      // The client had to wait for nodea's cable, however long that was: no limit.
      title: 'nodea alone has its LAN again',
      act: lan('mend', 'nodea'),
      holdings: ALL_ON.nodea,
      owner: 'nodea',
    },
    hasLanAgain('nodeb'),
    {
      title: 'both lose their LAN at once',
      act: noticed(lan('cut', ...SEATS), GROUP, 'is silent', SEATS),
      holdings: EACH_ITS_OWN,
      owner: null,
    },
    {
      title: 'both have their LAN again',
      act: noticed(lan('mend', ...SEATS), GROUP, 'answers', SEATS),
      holdings: EACH_ITS_OWN,
      owner: 'nodea',
    },
  ],
});
