import type { MixedPair } from '../../scripts/laboratory/mixed.ts';
import { GATEWAY_ADDRESS } from '../../scripts/laboratory/network.ts';
import type { Seat } from '../../scripts/laboratory/seat.ts';
import type { Step } from './support/play.ts';
import {
  ALL_ON,
  bothBoot,
  EACH_ITS_OWN,
  joins,
  losesPower,
  NOTHING,
  TAKEOVER,
  TIMES,
} from './support/steps.ts';
import { tell } from './support/tell.ts';

function lan(verb: 'cut' | 'mend', seat: Seat): (pair: MixedPair) => Promise<void> {
  return (pair) => pair.network[verb](seat);
}

/** Who does not see the gateway any more gives up everything to the one that does; back comes what failed over. */
const STEPS: readonly Step[] = [
  bothBoot,
  {
    title: 'nodea loses its LAN',
    act: lan('cut', 'nodea'),
    holdings: ALL_ON.nodeb,
    owner: 'nodeb',
    // The gateway's deadtime, then ipfail's own delay, then a standby.
    limit: 2 * TAKEOVER,
  },
  { title: 'nodea has its LAN again', act: lan('mend', 'nodea'), holdings: EACH_ITS_OWN, owner: 'nodea' },
  {
    title: 'nodeb loses its LAN',
    act: lan('cut', 'nodeb'),
    holdings: ALL_ON.nodea,
    owner: 'nodea',
    limit: NOTHING,
  },
  {
    title: 'nodeb has its LAN again',
    act: lan('mend', 'nodeb'),
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
    limit: NOTHING,
  },
  losesPower('nodea'),
  joins('nodea'),
];

tell({
  name: 'the gateway',
  settings: {
    ...TIMES,
    directives: [
      `ping ${GATEWAY_ADDRESS}`,
      'respawn hacluster /usr/libexec/heartbeat/ipfail',
      'apiauth ipfail uid=hacluster',
    ],
  },
  steps: STEPS,
});
