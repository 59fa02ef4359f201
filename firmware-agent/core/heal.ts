import type { Message } from '../wire/message.ts';
import { clearAll, raise } from './alarm.ts';
import { decimalNumber, seqOf } from './fields.ts';
import { type Holding, mirror, overlaps, union, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { lockedSets } from './locked.ts';
import { report } from './resources.ts';
import { cancelStandby } from './standby-end.ts';
import { begin, log, say, type Turn } from './turn.ts';

/** How long the two have to agree, in ms; then both start anew, as with a Heartbeat peer. */
const agreeTime = 10_000;

/** Services that began within this of one another, in ms, count as equally old: the clocks are two. */
const tie = 1000;

/** How long a set was served without a gap, in ms; null: it is not served. */
type Age = number | null;

/**
 * Both of ours survived a silence: they compare how long each served what, one of them decides, the other
 * lets go. Nobody restarts, and what is kept is not touched.
 */
export function beginHealing(turn: Turn): void {
  startClock(turn);
  sayServing(turn);
}

function startClock(turn: Turn): void {
  // One side may have given the handshake up when it missed the other.
  cancelStandby(turn, 'both nodes agree anew who serves what');
  const { resources, now } = turn.state;
  resources.healBy = now + agreeTime;
  resources.peerStable = false;
}

function sayServing(turn: Turn): void {
  say(
    turn,
    'twin_serving',
    ['local_ms', ageText(ageOf(turn, 'local'))],
    ['foreign_ms', ageText(ageOf(turn, 'foreign'))],
  );
}

function ageOf(turn: Turn, set: 'local' | 'foreign'): Age {
  const { resources, now } = turn.state;
  // What waits for its lock is not served.
  if (!overlaps(lockedSets(turn.state), set)) return null;
  const since = resources.heldSince[set];
  return since === null ? null : Math.round(now - since);
}

function ageText(age: Age): string {
  return age === null ? 'none' : String(age);
}

/** The peer tells for how long it served what; the first node of ha.cf decides, so that there is one verdict. */
export function onServing(turn: Turn, message: Message): void {
  const { resources, settings } = turn.state;
  if (resources.phase !== 'stable') return;
  // Lost, asked for and sent again: the peer has reported since that it rests.
  if (resources.healBy === null && resources.peerStable && seqOf(message) < resources.peerReportSeq) return;
  const decides = settings.nodes[0] === settings.self;
  if (resources.healBy === null) {
    // Only the peer missed us; the comparison is the same.
    startClock(turn);
    if (!decides) sayServing(turn);
  }
  const theirLocal = decimalNumber(message.text('local_ms'));
  const theirForeign = decimalNumber(message.text('foreign_ms'));
  tellOverlap(turn, settings.self, ageOf(turn, 'local'), theirForeign);
  tellOverlap(turn, settings.peer, ageOf(turn, 'foreign'), theirLocal);
  if (!decides) return;
  const own = keeper(turn, settings.self, ageOf(turn, 'local'), theirForeign);
  const other = keeper(turn, settings.peer, ageOf(turn, 'foreign'), theirLocal);
  say(turn, 'twin_verdict', ['first', own], ['second', other]);
  apply(turn, own, other);
}

/** Since the later of the two began, clients saw two owners. */
function tellOverlap(turn: Turn, owner: string, mine: Age, theirs: Age): void {
  const { settings } = turn.state;
  const keys = owner === settings.self ? settings.localKeys : settings.foreignKeys;
  if (mine === null || theirs === null || keys.length === 0) return;
  const both = Math.min(mine, theirs);
  const text = `Both nodes served the groups of ${owner} ${inWords(both)}.`;
  log(turn, 'CRIT', text);
  raise(turn, 'both-served', 'crit', text, { milliseconds: both }, owner);
}

/** Who keeps the groups that prefer `owner`: who served them longest, then the node that they prefer. */
function keeper(turn: Turn, owner: string, mine: Age, theirs: Age): string {
  const { self, peer } = turn.state.settings;
  log(turn, 'info', `groups of ${owner}: ${self} served them ${inWords(mine)}, ${peer} ${inWords(theirs)}.`);
  if (mine === null && theirs === null) return owner;
  if (mine === null) return peer;
  if (theirs === null) return self;
  if (Math.abs(mine - theirs) <= tie) return owner;
  return mine > theirs ? self : peer;
}

function inWords(age: Age): string {
  return age === null ? 'not at all' : `for ${(age / 1000).toFixed(1)} s`;
}

/** The verdict of the node that decides. */
export function onVerdict(turn: Turn, message: Message): void {
  const first = message.text('first');
  const second = message.text('second');
  if (turn.state.resources.healBy === null || first === undefined || second === undefined) return;
  // Only the second node of ha.cf is ever told; its own groups are the second's.
  apply(turn, second, first);
}

/** Keep what the verdict leaves us, let go of the rest; the neighbours are told again who serves. */
function apply(turn: Turn, keeperOfOwn: string, keeperOfOther: string): void {
  const { resources, settings } = turn.state;
  const local: Holding = keeperOfOwn === settings.self ? 'local' : 'none';
  const foreign: Holding = keeperOfOther === settings.self ? 'foreign' : 'none';
  const keep = union(local, foreign);
  const give = without(resources.holds, keep);
  const gain = without(keep, resources.holds);
  log(turn, 'info', `Both served after the partition: ${settings.self} keeps ${keep}, gives up ${give}.`);
  resources.healBy = null;
  clearAll(turn, 'both-served', 'The two nodes agreed who keeps what.');
  clearAll(turn, 'address-claimed', 'The two nodes agreed who keeps what.');
  resources.peerHolds = mirror(without('all', keep));
  resources.peerReported = true;
  setHolds(turn, keep);
  if (give !== 'none') begin(turn, 'release', give, 'heal');
  if (gain !== 'none') begin(turn, 'acquire', gain, 'heal');
  turn.actions.push({ do: 'announce' });
  resources.announceAgain = true;
  if (give === 'none' && gain === 'none') report(turn);
}

/** The other side let go of its addresses: whoever still sends to its hardware must learn ours. */
export function announceOnceMore(turn: Turn): void {
  const { resources } = turn.state;
  if (!resources.announceAgain) return;
  resources.announceAgain = false;
  turn.actions.push({ do: 'announce' });
}

/** The peer is gone or new: there is nobody to agree with. */
export function stopHealing(turn: Turn): void {
  turn.state.resources.healBy = null;
  clearAll(turn, 'both-served', 'The other node is gone or starts anew.');
}

/** No agreement in time: the way that every Heartbeat knows. */
export function healingFailed(turn: Turn): boolean {
  const { resources, now } = turn.state;
  if (resources.healBy === null || resources.healBy > now) return false;
  resources.healBy = null;
  log(turn, 'WARN', 'The two nodes could not agree who keeps what: both start anew.');
  return true;
}
