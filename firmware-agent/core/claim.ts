import { clear, raise } from './alarm.ts';
import type { Sight, Sighting } from './event.ts';
import { type Holding, mirror, overlaps, union, without } from './holding.ts';
import { isConnected } from './isolation.ts';
import { askForOwn } from './legacy.ts';
import { beginLook, freshSight, isLooking } from './look.ts';
import { settleWithout } from './resources.ts';
import { takeOver } from './takeover.ts';
import { log, type Turn } from './turn.ts';

/** How often the LAN is looked at while another machine still has what is claimed, in ms. */
const lookInterval = 1000;

/** The peer is dead: what it held is wanted here, once nothing speaks against taking it. */
export function beginClaim(turn: Turn, yielded = false): void {
  const { state } = turn;
  state.claim = {
    since: state.now,
    own: 'none',
    took: false,
    confirmed: false,
    refusedSince: null,
    yielded,
    lookAt: null,
  };
}

/** Take what is claimed as soon as a human, the network and the LAN allow it; each is asked anew with every event. */
export function pursueClaim(turn: Turn): void {
  const { state } = turn;
  const { claim, resources } = state;
  if (claim === null) return;
  if (state.peer.status !== 'dead' || state.stopBy !== null || resources.phase === 'shutdown') {
    dropClaim(turn);
    return;
  }
  const missing = without('all', resources.holds);
  if (claim.confirmed || missing === 'none') take(turn, missing);
  else pursue(turn, missing);
  if (state.claim !== null && resources.phase !== 'stable') settleWithout(turn);
}

/** Of what is missing, all that nothing speaks against is taken. */
function pursue(turn: Turn, missing: Holding): void {
  const { claim, resources } = turn.state;
  const wanted = isPermitted(turn) || claim === null ? missing : without(claim.own, resources.holds);
  if (claim === null || wanted === 'none' || !isConnected(turn)) return;
  const refused = refusedOf(turn, wanted);
  if (refused === null) return;
  if (refused === 'none' && wanted === missing) {
    take(turn, wanted);
    return;
  }
  if (refused !== 'none') refuse(turn, refused);
  const free = without(wanted, refused);
  if (free === 'none') return;
  claim.took = true;
  takeOver(turn, free);
}

/** The sets, of those wanted, that another machine has; null: not known yet. */
function refusedOf(turn: Turn, wanted: Holding): Holding | null {
  const { claim, settings } = turn.state;
  // What was given up to a rival is not taken back blindly.
  if (!settings.defences.look && !claim?.yielded) return 'none';
  const sight = currentSight(turn);
  return sight === null ? null : judge(turn, sight, wanted);
}

/** `takeover confirm` and `takeover delay`: a human has, or has not yet, the word. */
function isPermitted(turn: Turn): boolean {
  const { now } = turn.state;
  if (permissionDeadline(turn) <= now) return true;
  const { self, peer, defences } = turn.state.settings;
  const until =
    defences.takeoverDelay === null
      ? ''
      : ` It does so by itself in ${Math.round(defences.takeoverDelay / 1000)} s.`;
  raise(
    turn,
    'waiting-for-confirmation',
    'crit',
    `${peer} is dead; ${self} takes over on \`twinbeat takeover --confirm\`.${until}`,
    { delay: defences.takeoverDelay },
  );
  return false;
}

function permissionDeadline({ state }: Turn): number {
  const { takeoverDelay } = state.settings.defences;
  if (state.claim === null || takeoverDelay === null) return Number.POSITIVE_INFINITY;
  return state.claim.since + takeoverDelay;
}

/** The other machine answered for so long that `take-after` ends the patience. */
function isOverdue(turn: Turn): boolean {
  return overdueDeadline(turn) <= turn.state.now;
}

function overdueDeadline({ state }: Turn): number {
  const { claim, settings } = state;
  const { takeAfter } = settings.defences;
  if (claim === null || claim.refusedSince === null || claim.yielded || takeAfter === null)
    return Number.POSITIVE_INFINITY;
  return claim.refusedSince + takeAfter;
}

/** What was seen just now; null: not known yet, and a look is under way or planned. */
function currentSight(turn: Turn): Sight | null {
  const { claim, now, resources } = turn.state;
  // An address that is still here cannot be asked for.
  if (resources.jobs.some(({ purpose }) => purpose === 'isolation' || purpose === 'defend')) return null;
  if (claim === null || (claim.lookAt !== null && claim.lookAt > now)) return null;
  const sight = freshSight(turn);
  if (sight !== null) return sight;
  if (!isLooking(turn)) {
    claim.lookAt = null;
    beginLook(turn);
  }
  return null;
}

/** The sets, of those wanted, that another machine has. */
function judge(turn: Turn, sight: Sight, wanted: Holding): Holding {
  const { settings, peer } = turn.state;
  const isPeers = ({ mac }: Sighting) => peer.macs.length === 0 || peer.macs.includes(mac);
  const peers = sight.answers.filter(isPeers);
  const strangers = sight.answers.filter((seen) => !isPeers(seen));
  // Who was taken for the peer's box is known by that from now on.
  if (peer.macs.length === 0) peer.macs = [...new Set(peers.map(({ mac }) => mac))];
  // Both look at the same moment: the node that the group prefers goes first.
  const contenders = sight.contenders.filter(({ key }) => settings.foreignKeys.includes(key));
  tell(turn, 'peer-box-answers', peers, `${settings.peer} is silent on every cable, but its box still has`);
  const { takeFromStranger } = settings.defences;
  tell(
    turn,
    'stranger-has-address',
    strangers,
    `A machine that is not ${settings.peer} has`,
    takeFromStranger,
  );
  const isBorne = !isOverdue(turn);
  const bars = [
    ...(isBorne ? peers : []),
    ...contenders,
    ...(settings.defences.takeFromStranger ? [] : strangers),
  ];
  return (['local', 'foreign'] as const).reduce<Holding>((refused, set) => {
    if (!overlaps(wanted, set)) return refused;
    const keys = set === 'local' ? settings.localKeys : settings.foreignKeys;
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

function refuse(turn: Turn, refused: Holding): void {
  const { claim, now, resources } = turn.state;
  if (claim === null) return;
  if (claim.refusedSince === null) log(turn, 'WARN', `Not taken over yet: ${refused} HA resources.`);
  claim.refusedSince ??= now;
  claim.lookAt = now + lookInterval;
  resources.peerHolds = mirror(refused);
}

function take(turn: Turn, wanted: Holding): void {
  // A human's word counts for a node that hears nobody, too.
  if (turn.state.isolated) clear(turn, 'isolated', 'A human had it taken over.');
  endClaim(turn, 'It is taken over.');
  takeOver(turn, wanted);
}

/** The peer lives, or this node stops: nothing is taken by its own judgement any more. */
export function dropClaim(turn: Turn): void {
  const { state } = turn;
  if (state.claim === null) return;
  endClaim(turn, 'It is not wanted any more.');
  const { settings, peer, resources, stopBy } = state;
  // Nobody reports in legacy mode: what is not asked for now is never asked for.
  const missesOwn = settings.legacy && !overlaps(resources.holds, 'local');
  if (missesOwn && peer.status !== 'dead' && stopBy === null && resources.phase === 'stable') askForOwn(turn);
}

function endClaim(turn: Turn, text: string): void {
  turn.state.claim = null;
  clear(turn, 'waiting-for-confirmation', text);
  clear(turn, 'peer-box-answers', text);
  clear(turn, 'stranger-has-address', text);
}

/** A human's word stands against everything that was seen. */
export function onConfirm(turn: Turn, id: number): void {
  const { claim, settings, resources } = turn.state;
  if (claim === null) {
    const text = `Nothing waits to be taken over: ${settings.self} holds ${resources.holds}.`;
    turn.actions.push({ do: 'answer', id, ok: false, text });
    return;
  }
  claim.confirmed = true;
  log(turn, 'WARN', 'The takeover is confirmed by a human.');
  turn.actions.push({
    do: 'answer',
    id,
    ok: true,
    text: `${settings.self} takes over what it does not hold.`,
  });
}

/** When a claim is to be thought over again if nothing else happens. */
export function claimDeadline(turn: Turn): number {
  const { claim, now } = turn.state;
  if (claim === null) return Number.POSITIVE_INFINITY;
  const times = [permissionDeadline(turn), overdueDeadline(turn), claim.lookAt ?? Number.POSITIVE_INFINITY];
  return Math.min(...times.filter((at) => at > now));
}
