import { Random } from '../../unit/support/random.ts';
import { type NodeName, nodeNames } from '../node-name.ts';

/** Two of ours, one of ours and a Heartbeat, or what the seed chooses. */
export type Peers = 'own' | 'heartbeat' | 'drawn';
export const peersChoices: readonly Peers[] = ['drawn', 'own', 'heartbeat'];

/** One of so many drawn pairs is mixed. */
const oneOf = 6;

/** The seat of the Heartbeat in the pair of a seed; null: both are ours. It has a stream of its own: the rest of the pair is the same. */
export function heartbeatSeat(peers: Peers, seed: number): NodeName | null {
  const random = new Random(seed ^ 0x7f4a7c15);
  const seat = random.pick(nodeNames);
  const isMixed = peers === 'heartbeat' || (peers === 'drawn' && random.below(oneOf) === 0);
  return isMixed ? seat : null;
}

/** Which kind of pair it is, so that it can be played again. */
export type PairKind = Exclude<Peers, 'drawn'>;

export const kindNames: Readonly<Record<PairKind, string>> = {
  own: 'two of ours',
  heartbeat: 'one of ours and a Heartbeat',
};

export function kindsOf(peers: Peers): readonly PairKind[] {
  return peers === 'drawn' ? ['own', 'heartbeat'] : [peers];
}

export function kindOf(seat: NodeName | null): PairKind {
  return seat === null ? 'own' : 'heartbeat';
}
