import { ipBatch, run } from '../laboratory/command.ts';
import { GATEWAY_ADDRESS } from '../laboratory/network.ts';
import { SEATS, type Seat } from '../laboratory/seat.ts';

const BRIDGE = 'type bridge stp_state 0 forward_delay 0 mcast_snooping 0';

export type Wire = 'lan' | 'crossover';

/** The client's port on the LAN. */
export const CLIENT_PORT = 'client';

/** The name of the tap, in the laboratory's namespace, that is a machine's network card. */
export function tapOf(wire: Wire, seat: Seat): string {
  return `${wire === 'lan' ? 'l' : 'x'}-${seat}`;
}

/**
 * Lay the network cables in a namespace: two bridges with a tap for each machine, and the client on the LAN. Whether a
 * machine sees a carrier is said to its network card, by QEMU: a tap cannot tell it.
 */
export async function layNetwork(namespace: string): Promise<void> {
  await run(['ip', 'netns', 'add', namespace]);
  const taps = SEATS.flatMap((seat) =>
    (['lan', 'crossover'] as const).flatMap((wire) => [
      `tuntap add dev ${tapOf(wire, seat)} mode tap`,
      `link set ${tapOf(wire, seat)} master ${wire}`,
      `link set ${tapOf(wire, seat)} up`,
    ]),
  );
  await ipBatch(namespace, [
    `link add lan ${BRIDGE}`,
    // A cable learns nothing: what goes in at one end comes out at the other.
    `link add crossover ${BRIDGE} ageing_time 0`,
    `link add ${CLIENT_PORT} type veth peer name l-client`,
    'link set l-client master lan',
    ...taps,
    ...['lo', 'lan', 'crossover', 'l-client', CLIENT_PORT].map((device) => `link set ${device} up`),
    `addr add ${GATEWAY_ADDRESS}/24 brd + dev ${CLIENT_PORT}`,
  ]);
}
