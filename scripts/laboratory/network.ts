import { existsSync } from 'node:fs';
import { attempt, ipBatch, run } from './command.ts';
import { other, type PerSeat, perSeat, SEATS, type Seat } from './seat.ts';

/** Addresses of the laboratory; the third of RFC 1918's blocks is left to the machine's own networks. */
export const CROSSOVER_ADDRESS: PerSeat<string> = { nodea: '10.77.0.1', nodeb: '10.77.0.2' };
export const LAN_ADDRESS: PerSeat<string> = { nodea: '10.78.0.11', nodeb: '10.78.0.12' };
/** The client, which is the nodes' gateway too. */
export const GATEWAY_ADDRESS = '10.78.0.1';
/** The same over IPv6, where the kernel has it. */
export const CROSSOVER_ADDRESS6: PerSeat<string> = { nodea: 'fd77::1', nodeb: 'fd77::2' };
export const LAN_ADDRESS6: PerSeat<string> = { nodea: 'fd78::11', nodeb: 'fd78::12' };
export const GATEWAY_ADDRESS6 = 'fd78::1';
export const HAS_IPV6 = existsSync('/proc/net/if_inet6');
export const VIRTUAL_ADDRESS = '10.78.0.100';
/** The time to live of a node's packets: by it the client knows which node answered. */
export const TTL: PerSeat<number> = { nodea: 101, nodeb: 102 };

/** Fixed hardware addresses make captures readable. */
export const MAC: PerSeat<string> = { nodea: '02:54:42:00:0a', nodeb: '02:54:42:00:0b' };
const BRIDGE = 'type bridge stp_state 0 forward_delay 0 mcast_snooping 0';

/** A plug of a node: the interface's far end, in the namespace `lan`. Down, its node sees no carrier. */
interface Plug {
  readonly name: string;
  up: boolean;
}

/**
 * The network cables. Both run through the namespace `lan`, where each node's interface has its far end on a bridge: set
 * down there, the node loses the carrier and keeps the interface with all its addresses, as with a real cable.
 */
export class Network {
  readonly prefix: string;
  readonly #crossover: PerSeat<Plug> = perSeat((seat) => ({ name: `x-${seat}`, up: false }));
  readonly #lan: PerSeat<Plug> = perSeat((seat) => ({ name: `l-${seat}`, up: false }));
  readonly #powered = perSeat(() => false);
  readonly #lanCut = perSeat(() => false);
  #crossoverCut = false;

  private constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** Lay the cables between two boxes without power. `prefix` begins the names of the namespaces. */
  static async lay(prefix: string): Promise<Network> {
    const network = new Network(prefix);
    for (const place of [...SEATS, 'lan'] as const)
      await run(['ip', 'netns', 'add', network.namespace(place)]);
    await ipBatch(network.namespace('lan'), network.#cabling());
    for (const seat of SEATS) await network.#prepare(seat);
    return network;
  }

  namespace(place: Seat | 'lan'): string {
    return `${this.prefix}-${place}`;
  }

  cut(cable: 'crossover' | Seat): Promise<void> {
    return this.#setCut(cable, true);
  }

  mend(cable: 'crossover' | Seat): Promise<void> {
    return this.#setCut(cable, false);
  }

  /** The name, in the namespace `lan`, of the far end of a node's crossover interface. */
  crossoverPlug(seat: Seat): string {
    return this.#crossover[seat].name;
  }

  /** Whether the kernel's bridge joins the ends of the crossover; without it somebody else has to carry the frames. */
  async bridgeCrossover(bridged: boolean): Promise<void> {
    const lines = SEATS.map(
      (seat) => `link set ${this.#crossover[seat].name} ${bridged ? 'master crossover' : 'nomaster'}`,
    );
    await ipBatch(this.namespace('lan'), lines);
  }

  /**
   * Give a box power: fresh addresses, then the carrier, as at a boot. A crossover cable has a carrier only while both
   * boxes have power.
   */
  async powerOn(seat: Seat): Promise<void> {
    await ipBatch(this.namespace(seat), [
      ...['eth0', 'x0'].flatMap((device) => [`link set ${device} down`, `addr flush dev ${device}`]),
      `addr add ${LAN_ADDRESS[seat]}/24 brd + dev eth0`,
      `addr add ${CROSSOVER_ADDRESS[seat]}/24 brd + dev x0`,
      'link set eth0 up',
      'link set x0 up',
      // Setting an interface down takes them away. The kernel would look for others that have them for a second.
      ...address6(LAN_ADDRESS6[seat], 'eth0'),
      ...address6(CROSSOVER_ADDRESS6[seat], 'x0'),
      `route replace default via ${GATEWAY_ADDRESS}`,
    ]);
    this.#powered[seat] = true;
    await this.#plug();
  }

  /** Take a box's power: its carriers go at once, its peer's crossover carrier too. */
  async powerOff(seat: Seat): Promise<void> {
    this.#powered[seat] = false;
    await this.#plug();
  }

  /** Whether a node's interface has a carrier, as the node sees it. */
  async carrier(seat: Seat, device: 'eth0' | 'x0'): Promise<boolean> {
    const text = await run(['ip', '-n', this.namespace(seat), '-j', 'link', 'show', device]);
    const [link] = JSON.parse(text) as { operstate: string }[];
    return link?.operstate === 'UP';
  }

  /** The IPv4 addresses that a node's interface has now. */
  async addresses(seat: Seat, device: 'eth0' | 'x0'): Promise<string[]> {
    const text = await run(['ip', '-n', this.namespace(seat), '-4', '-j', 'addr', 'show', device]);
    const [link] = JSON.parse(text) as { addr_info: { local: string }[] }[];
    return (link?.addr_info ?? []).map((address) => address.local);
  }

  #cabling(): string[] {
    const nodes = SEATS.flatMap((seat) => [
      `link add ${this.#lan[seat].name} type veth peer name eth0 address ${MAC[seat]}:01 netns ${this.namespace(seat)}`,
      `link add ${this.#crossover[seat].name} type veth peer name x0 address ${MAC[seat]}:02 netns ${this.namespace(seat)}`,
      `link set ${this.#lan[seat].name} master lan`,
      `link set ${this.#crossover[seat].name} master crossover`,
    ]);
    return [
      `link add lan ${BRIDGE}`,
      // A cable learns nothing: what goes in at one end comes out at the other.
      `link add crossover ${BRIDGE} ageing_time 0`,
      'link add client type veth peer name l-client',
      'link set l-client master lan',
      ...nodes,
      ...['lo', 'lan', 'crossover', 'l-client', 'client'].map((device) => `link set ${device} up`),
      `addr add ${GATEWAY_ADDRESS}/24 brd + dev client`,
      ...address6(GATEWAY_ADDRESS6, 'client'),
    ];
  }

  async #prepare(seat: Seat): Promise<void> {
    const namespace = this.namespace(seat);
    await ipBatch(namespace, ['link set lo up']);
    await run(
      ['ip', 'netns', 'exec', namespace, 'tee', '/proc/sys/net/ipv4/ip_default_ttl'],
      String(TTL[seat]),
    );
  }

  async #setCut(cable: 'crossover' | Seat, cut: boolean): Promise<void> {
    if (cable === 'crossover') this.#crossoverCut = cut;
    else this.#lanCut[cable] = cut;
    await this.#plug();
  }

  /** Bring every plug to what cuts and power say; all in one command, so that both ends change together. */
  async #plug(): Promise<void> {
    const lines: string[] = [];
    const want = (plug: Plug, up: boolean): void => {
      if (plug.up !== up) lines.push(`link set ${plug.name} ${up ? 'up' : 'down'}`);
      plug.up = up;
    };
    for (const seat of SEATS) {
      want(this.#lan[seat], this.#powered[seat] && !this.#lanCut[seat]);
      want(this.#crossover[seat], this.#powered[seat] && this.#powered[other(seat)] && !this.#crossoverCut);
    }
    await ipBatch(this.namespace('lan'), lines);
  }
}

function address6(address: string, device: string): string[] {
  return HAS_IPV6 ? [`addr add ${address}/64 dev ${device} nodad`] : [];
}

/** Processes in a namespace; none where it does not exist. */
export async function processes(namespace: string): Promise<number[]> {
  const { stdout } = await attempt(['ip', 'netns', 'pids', namespace]);
  return stdout.split('\n').filter(Boolean).map(Number);
}
