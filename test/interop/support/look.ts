import { type HeartbeatHolding, HeartbeatNode } from '../../../scripts/laboratory/heartbeat-node.ts';
import type { MixedPair } from '../../../scripts/laboratory/mixed.ts';
import { other, type PerSeat, SEATS, type Seat } from '../../../scripts/laboratory/seat.ts';
import { until } from '../../../scripts/laboratory/wait.ts';

/** What a node has to hold, from its own point of view; null: it has no daemon. */
export type Holdings = PerSeat<Exclude<HeartbeatHolding, 'transition'> | null>;

/** How the pair has to be. */
export interface Rest {
  readonly holdings: Holdings;
  /** Who answers the client; null: nobody has to. */
  readonly owner: Seat | null;
  /** That the nodes do not hear one another, so that each takes its peer for dead. */
  readonly parted?: boolean;
  /** That a real one may call its resources in transition for ever: with netstrings it loses its own reports (wire.md 11). */
  readonly vague?: boolean;
  /** That no node tells what it holds: the addresses alone count. */
  readonly untold?: boolean;
  /** That a node without a daemon may have addresses still. */
  readonly leftOver?: boolean;
}

/** The client has to be answered by the same node for so many milliseconds. */
const CALM = 300;

interface Look {
  readonly own: string;
  readonly peer: string;
  readonly holds: string | null;
}

/** What a node tells of itself; null: no daemon answers. */
export async function look(pair: MixedPair, seat: Seat): Promise<Look | null> {
  const node = pair.nodes[seat];
  if (node instanceof HeartbeatNode) return node.status();
  if (node.failure !== null) throw new Error(`${seat}: ${node.failure}`);
  const report = await node.status();
  if (report === null) return null;
  return {
    own: report.status,
    peer: report.peer.status,
    holds: report.stable ? report.holds : 'transition',
  };
}

/** What keeps the pair from being so, for people; null: nothing. */
async function unrest(pair: MixedPair, rest: Rest): Promise<string | null> {
  const { holdings, owner, parted = false, vague = false, untold = false } = rest;
  for (const seat of SEATS) {
    const wanted = holdings[seat];
    if (wanted === null) continue;
    const seen = await look(pair, seat);
    if (seen === null) return `no daemon of ${seat} answers`;
    if (seen.own !== 'active') return `${seat} is ${seen.own}`;
    const known = !(vague && pair.nodes[seat] instanceof HeartbeatNode && seen.holds === 'transition');
    if (known && !untold && seen.holds !== wanted) return `${seat} holds ${seen.holds} instead of ${wanted}`;
    const peer = parted || holdings[other(seat)] === null ? 'dead' : 'active';
    if (seen.peer !== peer) return `${seat} says that its peer is ${seen.peer}, not ${peer}`;
  }
  const misplaced = parted ? null : await displacement(pair, rest);
  if (misplaced !== null || owner === null) return misplaced;
  const mark = pair.client.mark();
  const { answeredBy } = await pair.client.since(mark - CALM, mark);
  return answeredBy.join() === owner ? null : `the client is answered by ${answeredBy.join() || 'nobody'}`;
}

/** An address that is on a node which does not hold its group, or the other way round, for people; null: none. */
async function displacement(pair: MixedPair, { holdings, leftOver = false }: Rest): Promise<string | null> {
  for (const seat of SEATS) {
    // What a box without power had is gone with it; the laboratory tidies its namespace at the next boot.
    if (!pair.boxes[seat].powered || (leftOver && holdings[seat] === null)) continue;
    const own = await pair.network.addresses(seat, 'eth0');
    for (const [prefers, address] of groups(pair.settings.haresources)) {
      const set = prefers === seat ? 'local' : 'foreign';
      const wanted = holdings[seat] === 'all' || holdings[seat] === set;
      if (own.includes(address) !== wanted)
        return `${seat} ${wanted ? 'does not have' : 'has'} ${address} while it holds ${holdings[seat] ?? 'nothing'}`;
    }
  }
  return null;
}

/** For each line of haresources the node and its address. */
function groups(haresources: string): [string, string][] {
  return [...haresources.matchAll(/^(\S+) IPaddr::([\d.]+)/gm)].map(([, node = '', address = '']) => [
    node,
    address,
  ]);
}

/** Wait until the pair is at rest: all daemons active and stable, everything where it belongs. */
export async function atRest(pair: MixedPair, rest: Rest, limit: number): Promise<void> {
  let reason: string | null = null;
  await until(
    () => `the pair to be at rest: ${reason}`,
    async () => {
      reason = await unrest(pair, rest);
      return reason === null;
    },
    limit,
  );
}
