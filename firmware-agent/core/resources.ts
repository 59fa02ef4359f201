import type { Message } from '../wire/message.ts';
import { audit } from './audit.ts';
import type { Event } from './event.ts';
import { tryFailback } from './failback.ts';
import { handOverToReturned } from './failure.ts';
import { seqOf } from './fields.ts';
import { announceOnceMore } from './heal.ts';
import { includes, isHolding, mirror, overlaps, union, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { onPeerRests } from './ipfail.ts';
import { isConnected } from './isolation.ts';
import { canLock } from './locked.ts';
import { heedItsAddresses, learnSoon } from './look.ts';
import { peerGivesUp } from './partition.ts';
import { onGivingBegun } from './standby.ts';
import { onPromiseBroken, onTakerBeginsAnew } from './standby-end.ts';
import { takeOver } from './takeover.ts';
import { begin, log, say, type Turn } from './turn.ts';

/** How long a starting node waits for a stable report of the peer before it settles by itself, in ms (spec cluster.md 3.3). */
const settleDelay = 10_000;

/** Nothing of ours moves: what the peer waits for before it moves anything itself. */
export function isStable(turn: Turn): boolean {
  const { phase, jobs, standby, healBy } = turn.state.resources;
  return phase === 'stable' && jobs.length === 0 && standby === 'not' && healBy === null;
}

/** Nothing was acquired in this life, and nothing of the last one runs any more. */
function isStarting({ state }: Turn): boolean {
  const { phase, jobs } = state.resources;
  // A lock keeps the peer from running what still stops here; without one only our word does.
  const stops = state.locks === null && jobs.some(({ purpose }) => purpose === 'lock');
  return !stops && (phase === 'starting' || phase === 'both' || phase === 'received');
}

/**
 * A Heartbeat takes the report that comes last for the newest, even where two changed places on the way: what we rest with
 * is told once more after so many ms.
 */
const repeatDelay = 2000;

/** Tell the peer what we hold (spec cluster.md 3.2); a first report also begins the wait to settle. */
export function report(turn: Turn, info?: string): void {
  const { resources, now, settings, peer } = turn.state;
  if (settings.legacy) return;
  resources.repeatAt = isStable(turn) && !peer.twinbeat && peer.status !== 'dead' ? now + repeatDelay : null;
  say(
    turn,
    'resource',
    ['rsc_hold', resources.holds],
    ['rtype', 'full'],
    ['isstable', isStable(turn) ? '1' : '0'],
    ...(isStarting(turn) ? [['twinbeat', 'starting'] as const] : []),
    ...(canLock(turn.state) ? [] : [['lock', 'fault'] as const]),
    ...(peer.twinbeat && settings.macs.length > 0 ? [['macs', settings.macs.join(',')] as const] : []),
    ...(info === undefined ? [] : [['info', info] as const]),
  );
  if (resources.phase === 'starting' || resources.phase === 'both') {
    resources.phase = 'received';
    resources.settleAt = now + settleDelay;
  }
}

export function repeatReportIfDue(turn: Turn): void {
  const { resources, now } = turn.state;
  if (resources.repeatAt === null || resources.repeatAt > now) return;
  if (isStable(turn)) report(turn);
  resources.repeatAt = null;
}

/** The peer begins its resource layer and asks what we hold (spec cluster.md 3.2). */
export function onStarting(turn: Turn, message: Message): void {
  const { resources, settings } = turn.state;
  if (settings.legacy) return;
  const seq = seqOf(message);
  onTakerBeginsAnew(turn, seq);
  // One that was lost and comes after the reports that followed it is long over.
  if (seq < resources.peerReportSeq) return;
  if (resources.phase === 'init') {
    // We say `starting` ourselves when we are active; the peer answers then, and nothing is lost.
    log(turn, 'debug', "Received 'starting' message in state 0");
    return;
  }
  if (resources.phase === 'starting') resources.phase = 'both';
  if (resources.jobs.some((job) => job.purpose === 'takeover')) {
    log(turn, 'WARN', 'T_STARTING received during takeover.');
  }
  resources.peerStable = false;
  report(turn);
}

/** The peer tells what it holds (spec cluster.md 3.2). */
export function onResourceReport(turn: Turn, message: Message): void {
  const { resources, peer } = turn.state;
  const holds = message.text('rsc_hold');
  const seq = seqOf(message);
  if (resources.phase === 'init' || turn.state.settings.legacy || !isHolding(holds)) return;
  // Lost, asked for and sent again: how things were, not how they are.
  if (seq < resources.peerReportSeq) return;

  if (resources.phase === 'starting' || resources.phase === 'both') {
    resources.phase = 'received';
    resources.settleAt = turn.state.now + settleDelay;
  }
  if (message.text('rtype') === 'full') {
    resources.peerHolds = holds;
    resources.peerReportSeq = seq;
  } else {
    resources.peerHolds = holds === 'none' ? 'none' : union(resources.peerHolds, holds);
  }
  resources.peerReported = true;

  heedItsDisk(turn, message);
  heedItsAddresses(turn, message);
  if (message.text('info') === 'shutdown') peerGivesUp(turn);
  if (message.text('info') === 'isolated' && resources.phase === 'stable' && isConnected(turn))
    takeOver(turn, without('all', resources.holds));
  if (message.text('info') === 'standby') onGivingBegun(turn, seq);

  const stable = message.text('isstable');
  if (stable === '1' && peer.twinbeat && seq > resources.handshakeSeq) onPromiseBroken(turn);
  if (stable === '1') {
    resources.peerMoves = false;
    announceOnceMore(turn);
    learnSoon(turn);
    if (message.text('info') === undefined) onPeerRests(turn);
    if (!resources.peerStable) {
      resources.peerStable = true;
      log(turn, 'info', 'remote resource transition completed.');
      if (resources.phase === 'received') settle(turn);
      else report(turn);
      handOverToReturned(turn);
      tryFailback(turn);
    }
  } else if (stable !== undefined) {
    resources.peerStable = false;
    // Two that both start hold nothing of each other's: nothing is gained by Heartbeat's wait.
    const starts = message.text('twinbeat') === 'starting';
    resources.peerMoves = peer.twinbeat && !starts;
    if (resources.phase === 'received' && starts) settle(turn);
  }
  audit(turn);
}

/** Who cannot lock cannot serve; once it can, what it prefers goes back to it. */
function heedItsDisk(turn: Turn, message: Message): void {
  const { peer } = turn.state;
  const was = peer.lockless;
  peer.lockless = message.text('lock') === 'fault';
  if (was && !peer.lockless) tryFailback(turn);
}

/** Settle without the peer's word once the wait is over (spec cluster.md 3.3). */
export function settleIfDue(turn: Turn): void {
  const { resources, now, peer } = turn.state;
  if (resources.settleAt === null || resources.settleAt > now) return;
  // One of ours that still lets go of our groups says when it is done, or is declared dead.
  if (resources.peerMoves && peer.status !== 'dead') resources.settleAt = now + settleDelay;
  else settle(turn);
}

/** The start-up is over: bring up what is ours, tell the peer. */
export function settle(turn: Turn): void {
  const { resources } = turn.state;
  resources.settleAt = null;
  if (resources.phase === 'shutdown') return;
  resources.phase = 'stable';
  log(turn, 'info', 'local resource transition completed.');
  acquireOwn(turn);
  report(turn);
}

/** The start-up is over, although nothing may be taken yet. */
export function settleWithout(turn: Turn): void {
  const { resources } = turn.state;
  resources.settleAt = null;
  resources.phase = 'stable';
  resources.peerStable = true;
  report(turn);
}

/** Acquire the groups that prefer this node, unless the peer serves them (spec cluster.md 4.1). */
export function acquireOwn(turn: Turn): void {
  const { resources, settings } = turn.state;
  if (includes(resources.holds, 'local') || overlaps(mirror(resources.peerHolds), 'local')) {
    log(turn, 'info', 'Local Resource acquisition completed. (none)');
    return;
  }
  if (!canLock(turn.state)) {
    log(turn, 'WARN', 'Local resources are not acquired: the disk of their lock cannot be used.');
    return;
  }
  setHolds(turn, union(resources.holds, 'local'));
  if (settings.localKeys.length > 0) begin(turn, 'acquire', 'local', 'own groups');
  else log(turn, 'info', `No local resources [haresources listkeys ${settings.self}] to acquire.`);
}

/** Once in a life: both nodes rest, which clients and log watchers take for "the cluster is up" (spec cluster.md 3.4). */
export function tellOfFirstRest(turn: Turn, event: Event): void {
  const { resources } = turn.state;
  if (!resources.isInitial || !isStable(turn) || !resources.peerStable) return;
  resources.isInitial = false;
  log(turn, 'info', `Initial resource acquisition complete (${reasonOfRest(turn, event)})`);
}

/** The words of a Heartbeat for what came last. */
function reasonOfRest({ state }: Turn, { kind }: Event): string {
  if (kind === 'receive') return 'T_RESOURCES(them)';
  if (kind !== 'finished') return 'T_RESOURCES(us)';
  return state.peer.status === 'dead' ? 'mach_down' : 'req_our_resources';
}
