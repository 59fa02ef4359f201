import { GATEWAY_ADDRESS } from '../../../scripts/laboratory/network.ts';
import type { Seat } from '../../../scripts/laboratory/seat.ts';
import type { Step } from './play.ts';
import { ALL_ON, EACH_ITS_OWN, NOTHING, TAKEOVER } from './steps.ts';

/** A gateway is asked, and ipfail judges by it. */
export const WITH_GATEWAY: readonly string[] = [
  `ping ${GATEWAY_ADDRESS}`,
  'respawn hacluster /usr/libexec/heartbeat/ipfail',
  'apiauth ipfail uid=hacluster',
];

/** Who does not see the gateway any more gives up everything to the one that does. */
export function losesLan(seat: Seat): Step {
  const serves = seat === 'nodea';
  return {
    title: `${seat} loses its LAN`,
    act: (pair) => pair.network.cut(seat),
    holdings: serves ? ALL_ON.nodeb : ALL_ON.nodea,
    owner: serves ? 'nodeb' : 'nodea',
    // The gateway's deadtime, then ipfail's own delay, then a standby.
    limit: serves ? 2 * TAKEOVER : NOTHING,
  };
}

/** Back comes what failed over. */
export function hasLanAgain(seat: Seat): Step {
  const step: Step = {
    title: `${seat} has its LAN again`,
    act: (pair) => pair.network.mend(seat),
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
  };
  return seat === 'nodea' ? step : { ...step, limit: NOTHING };
}
