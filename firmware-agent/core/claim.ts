import { clear, clearAll, raise } from './alarm.ts';
import { callOff, isFenced, notFenced } from './fence.ts';
import { common, type Holding, includes, mirror, overlaps, without } from './holding.ts';
import { isConnected } from './isolation.ts';
import { askForOwn } from './legacy.ts';
import { lockedSets } from './locked.ts';
import { settleWithout } from './resources.ts';
import { overdueDeadline, refusedOf } from './sight.ts';
import type { Claim } from './state.ts';
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
    // What was given up to a rival was seen there.
    refused: yielded ? 'foreign' : 'none',
    doubts: false,
    yielded,
    lookAt: null,
    locks: 'none',
    locksSince: state.now,
    fencing: notFenced,
  };
}

/**
 * Take what is claimed as soon as a human, the network, the LAN, the fence and the locks allow it; each is asked anew with
 * every event.
 */
export function pursueClaim(turn: Turn): void {
  const { state } = turn;
  const { claim, resources } = state;
  if (claim === null) return;
  if (state.peer.status !== 'dead' || state.stopBy !== null || resources.phase === 'shutdown') {
    dropClaim(turn);
    return;
  }
  const missing = without('all', resources.holds);
  if (missing === 'none') take(turn, claim, missing);
  else pursue(turn, claim, missing);
  if (state.claim !== null && resources.phase !== 'stable') settleWithout(turn);
}

/** Of what is missing, all that nothing speaks against is taken. */
function pursue(turn: Turn, claim: Claim, missing: Holding): void {
  const { resources } = turn.state;
  const wanted = claim.confirmed || isPermitted(turn, claim) ? missing : without(claim.own, resources.holds);
  if (wanted === 'none' || !(claim.confirmed || isConnected(turn))) return;
  const refused = claim.confirmed ? 'none' : refusedOf(turn, claim, wanted);
  if (refused === null) return;
  if (!isFenced(turn, claim, refused !== 'none')) {
    claim.lookAt = nextLookAt(turn, claim);
    return;
  }
  const free = without(wanted, refused);
  wantLocks(turn, claim, free);
  const locked = common(free, lockedSets(turn.state));
  if (locked === missing) {
    take(turn, claim, locked);
    return;
  }
  if (refused !== 'none') refuse(turn, claim, refused);
  if (locked === 'none') return;
  claim.took = true;
  takeOver(turn, locked);
}

/** The LAN is asked again when the fence is due, and now and then while it is under way. */
function nextLookAt({ state }: Turn, claim: Claim): number {
  const soon = state.now + lookInterval;
  const { at } = claim.fencing;
  return at !== null && at > state.now ? Math.min(at, soon) : soon;
}

/** What is free on the LAN waits for its locks; until they are held, the LAN need not be asked with every event. */
function wantLocks(turn: Turn, claim: Claim, free: Holding): void {
  const { state } = turn;
  if (claim.locks !== free) claim.locksSince = state.now;
  claim.locks = free;
  if (!includes(lockedSets(state), free)) claim.lookAt = state.now + lookInterval;
}

/** `takeover confirm` and `takeover delay`: a human has, or has not yet, the word. */
function isPermitted(turn: Turn, claim: Claim): boolean {
  if (permissionDeadline(turn, claim) <= turn.state.now) return true;
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

function permissionDeadline({ state }: Turn, claim: Claim): number {
  const { takeoverDelay } = state.settings.defences;
  return takeoverDelay === null ? Number.POSITIVE_INFINITY : claim.since + takeoverDelay;
}

function refuse(turn: Turn, claim: Claim, refused: Holding): void {
  const { now, resources } = turn.state;
  if (claim.refusedSince === null) log(turn, 'WARN', `Not taken over yet: ${refused} HA resources.`);
  claim.refusedSince ??= now;
  claim.lookAt = now + lookInterval;
  resources.peerHolds = mirror(refused);
}

function take(turn: Turn, claim: Claim, wanted: Holding): void {
  // A human's word counts for a node that hears nobody, too.
  if (turn.state.isolated) clear(turn, 'isolated', 'A human had it taken over.');
  endClaim(turn, claim, 'It is taken over.');
  takeOver(turn, wanted);
}

/** The peer lives, or this node stops: nothing is taken by its own judgement any more. */
export function dropClaim(turn: Turn): void {
  const { state } = turn;
  if (state.claim === null) return;
  endClaim(turn, state.claim, 'It is not wanted any more.');
  const { settings, peer, resources, stopBy } = state;
  // Nobody reports in legacy mode: what is not asked for now is never asked for.
  const missesOwn = settings.legacy && !overlaps(resources.holds, 'local');
  if (missesOwn && peer.status !== 'dead' && stopBy === null && resources.phase === 'stable') askForOwn(turn);
}

function endClaim(turn: Turn, claim: Claim, text: string): void {
  callOff(turn, claim);
  turn.state.claim = null;
  clearAll(turn, 'lock-held', text);
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
    text: confirmation(turn, claim),
  });
}

/** What no human's word can stand in for is still waited for. */
function confirmation(turn: Turn, claim: Claim): string {
  const { settings, resources } = turn.state;
  const waits = [
    ...(settings.defences.fence && !claim.fencing.done
      ? [`once ${settings.peer} is fenced (\`twinbeat fence-ack ${settings.peer}\` where its box is off)`]
      : []),
    ...(includes(lockedSets(turn.state), without('all', resources.holds))
      ? []
      : ['once the disk lock is held here']),
  ];
  const what = `${settings.self} takes over what it does not hold`;
  return `${[what, ...waits].join(', ')}.`;
}

/** When a claim is to be thought over again if nothing else happens. */
export function claimDeadline(turn: Turn): number {
  const { claim, now } = turn.state;
  if (claim === null) return Number.POSITIVE_INFINITY;
  const times = [
    permissionDeadline(turn, claim),
    overdueDeadline(turn, claim),
    claim.lookAt ?? Number.POSITIVE_INFINITY,
  ];
  return Math.min(...times.filter((at) => at > now));
}
