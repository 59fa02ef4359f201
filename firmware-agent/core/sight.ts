import { clear, raise } from './alarm.ts';
import type { Sight, Sighting } from './event.ts';
import { type Holding, overlaps, union, without } from './holding.ts';
import { keysOf } from './keys.ts';
import { beginLook, sightOrLook } from './look.ts';
import type { Claim } from './state.ts';
import type { Turn } from './turn.ts';

/** The sets, of those wanted, that another machine has; null: not known yet. */
export function refusedOf(turn: Turn, claim: Claim, wanted: Holding): Holding | null {
  const { settings } = turn.state;
  // What was given up to a rival is not taken back blindly.
  if (!settings.defences.look && !claim.yielded) return 'none';
  const sight = currentSight(turn, claim);
  if (sight === null) return null;
  const refused = judge(turn, claim, sight, wanted);
  // A box that is busy may miss to answer once: its silence is believed when another look has heard nothing either.
  const isSilent = overlaps(claim.refused, without(wanted, refused));
  if (isSilent && !claim.doubts && !isOverdue(turn, claim)) {
    claim.doubts = true;
    claim.lookAt = null;
    beginLook(turn);
    return null;
  }
  claim.doubts = false;
  claim.refused = refused;
  tellOf(turn, sight);
  return refused;
}

/** The other machine answered for so long that `take-after` ends the patience. */
function isOverdue(turn: Turn, claim: Claim): boolean {
  return overdueDeadline(turn, claim) <= turn.state.now;
}

export function overdueDeadline({ state }: Turn, claim: Claim): number {
  const { takeAfter } = state.settings.defences;
  if (claim.refusedSince === null || claim.yielded || takeAfter === null) return Number.POSITIVE_INFINITY;
  return claim.refusedSince + takeAfter;
}

/** What was seen just now; null: not known yet, and a look is under way or planned. */
function currentSight(turn: Turn, claim: Claim): Sight | null {
  const { now, resources } = turn.state;
  // An address that is still here cannot be asked for.
  if (resources.jobs.some(({ purpose }) => purpose === 'isolation' || purpose === 'defend')) return null;
  if (claim.lookAt !== null && claim.lookAt > now) return null;
  const sight = sightOrLook(turn);
  if (sight === null) claim.lookAt = null;
  return sight;
}

/** Who answered: the peer's box, or machines that are not. */
function answersOf({ state }: Turn, { answers }: Sight): { peers: Sighting[]; strangers: Sighting[] } {
  const { macs } = state.peer;
  const isPeers = ({ mac }: Sighting) => macs.length === 0 || macs.includes(mac);
  return { peers: answers.filter(isPeers), strangers: answers.filter((seen) => !isPeers(seen)) };
}

function tellOf(turn: Turn, sight: Sight): void {
  const { peer, defences } = turn.state.settings;
  const { peers, strangers } = answersOf(turn, sight);
  tell(turn, 'peer-box-answers', peers, `${peer} is silent on every cable, but its box still has`);
  tell(
    turn,
    'stranger-has-address',
    strangers,
    `A machine that is not ${peer} has`,
    defences.takeFromStranger,
  );
}

/** The sets, of those wanted, that another machine has. */
function judge(turn: Turn, claim: Claim, sight: Sight, wanted: Holding): Holding {
  const { settings, peer } = turn.state;
  const { peers, strangers } = answersOf(turn, sight);
  // Who was taken for the peer's box is known by that from now on.
  if (peer.macs.length === 0) peer.macs = [...new Set(peers.map(({ mac }) => mac))];
  // Both look at the same moment: the node that the group prefers goes first.
  const contenders = sight.contenders.filter(({ key }) => settings.foreignKeys.includes(key));
  const isBorne = !isOverdue(turn, claim);
  const bars = [
    ...(isBorne ? peers : []),
    ...contenders,
    ...(settings.defences.takeFromStranger ? [] : strangers),
  ];
  return (['local', 'foreign'] as const).reduce<Holding>((refused, set) => {
    if (!overlaps(wanted, set)) return refused;
    const keys = keysOf(turn.state, set);
    const barred = bars.some(({ key }) => keys.includes(key));
    // Of a group without an address the LAN tells nothing: it stays with a box that lives.
    const unseen = isBorne && peers.length > 0 && keys.some((key) => !settings.addressKeys.includes(key));
    return barred || unseen ? union(refused, set) : refused;
  }, 'none');
}

function tell(
  turn: Turn,
  kind: 'peer-box-answers' | 'stranger-has-address',
  seen: readonly Sighting[],
  text: string,
  isTaken = false,
): void {
  const [first] = seen;
  if (first === undefined) {
    clear(turn, kind, 'It does not answer any more.');
    return;
  }
  const { address, mac } = first;
  raise(turn, kind, 'crit', `${text} ${address} (${mac}): it is ${isTaken ? '' : 'not '}taken over.`, {
    address,
    mac,
  });
}
