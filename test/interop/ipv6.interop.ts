import { GATEWAY_ADDRESS6 } from '../../scripts/laboratory/network.ts';
import { other, SEATS } from '../../scripts/laboratory/seat.ts';
import { logged } from './support/gateway.ts';
import { bootBoth, type Step } from './support/play.ts';
import { bothBoot, EACH_ITS_OWN, NOTHING, TIMES } from './support/steps.ts';
import { tell } from './support/tell.ts';

/** What each node logs of the other's link, or of the gateway's, once `act` is done. */
function told(act: Step['act'], ...news: readonly ((peer: string) => string)[]): Step['act'] {
  return async (pair) => {
    await act(pair);
    for (const seat of SEATS) for (const line of news) await logged(pair, seat, line(other(seat)));
  };
}

tell({
  name: 'IPv6',
  settings: {
    ...TIMES,
    media: ['ucast6'],
    directives: ['mcast6 eth0 ff02::694 700 1 0', `ping6 ${GATEWAY_ADDRESS6}`],
  },
  steps: [
    {
      ...bothBoot,
      act: told(
        bootBoth,
        (peer) => `Link ${peer}:x0 up.`,
        (peer) => `Link ${peer}:eth0 up.`,
        () => `Status update for node ${GATEWAY_ADDRESS6}: status ping`,
      ),
    },
    {
      title: 'the crossover is cut',
      act: told(
        ({ network }) => network.cut('crossover'),
        (peer) => `Link ${peer}:x0 dead.`,
      ),
      holdings: EACH_ITS_OWN,
      owner: 'nodea',
      limit: NOTHING,
    },
  ],
});
