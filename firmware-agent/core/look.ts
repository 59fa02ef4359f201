import type { Message } from '../wire/message.ts';
import type { Sight } from './event.ts';
import { type Holding, overlaps, without } from './holding.ts';
import { peerDeadline } from './membership.ts';
import { isStable } from './resources.ts';
import { log, type Turn } from './turn.ts';

/** Three probes and the answers to them take less than this, in ms: a look begins so long before the peer is dead. */
const lookTime = 60;

/** A look that tells nothing for so long, in ms, counts as one that saw nobody; a slow node hears late of what it saw. */
const lookLimit = 5000;

/** What was seen longer ago than this, in ms, proves nothing. */
const freshFor = 250;

/** So long after a peer began to rest its hardware addresses are looked up, in ms. */
const learnDelay = 1000;

/** More hardware addresses than a box has ports for addresses. */
const mostMacs = 8;

/** `00:00:00:00:00:00` */
const longestMac = 17;

export const nothingSeen: Sight = { answers: [], contenders: [], blind: [] };

/** Begin a look for whatever is not held here; it takes the place of one that is under way. */
export function beginLook(turn: Turn, learns = false): void {
  const { state } = turn;
  const set = without('all', state.resources.holds);
  state.look = { id: state.nextLook, set, begun: state.now, learns, sight: null };
  state.nextLook += 1;
  turn.actions.push({ do: 'look', look: state.look.id, set });
}

export function onLooked(turn: Turn, id: number, sight: Sight): void {
  const { look } = turn.state;
  if (look?.id !== id || look.sight !== null) return;
  look.sight = sight;
  tellOfBlindness(turn, sight);
  if (look.learns) learn(turn, sight);
}

/** A look that is repeated tells of what it cannot see once. */
function tellOfBlindness(turn: Turn, { blind }: Sight): void {
  const { state } = turn;
  const texts = blind.map(({ address, reason }) => `nobody can be asked for ${address}: ${reason}`);
  for (const text of texts) if (!state.blindness.includes(text)) log(turn, 'WARN', text);
  state.blindness = texts;
}

/** What a look of the last moments saw; null: there is none, or it is still under way. */
export function freshSight(turn: Turn): Sight | null {
  const { look, now } = turn.state;
  if (look === null || look.learns || now - look.begun > freshFor + lookLimit) return null;
  if (look.sight === null) return now >= look.begun + lookLimit ? nothingSeen : null;
  return now - look.begun <= freshFor ? look.sight : null;
}

/** What a look of the last moments saw; null: one is under way now. */
export function sightOrLook(turn: Turn): Sight | null {
  const sight = freshSight(turn);
  if (sight === null && !isLooking(turn)) beginLook(turn);
  return sight;
}

/** Whether a look is still under way that may serve a claim. */
export function isLooking(turn: Turn): boolean {
  const { look, now } = turn.state;
  return look !== null && !look.learns && look.sight === null && now < look.begun + lookLimit;
}

/** When a silent peer's addresses are looked for, so that the answers are there when it is dead. */
export function lookDeadline(turn: Turn): number {
  const { look, settings, resources, peer } = turn.state;
  const never = Number.POSITIVE_INFINITY;
  if (!settings.defences.look || peer.status === 'dead' || resources.holds === 'all') return never;
  if (resources.phase === 'shutdown') return never;
  const due = peerDeadline(turn) - lookTime;
  return look !== null && look.begun >= due ? never : due;
}

export function lookIfDue(turn: Turn): void {
  if (lookDeadline(turn) <= turn.state.now) beginLook(turn);
}

/** When a look that a claim waits for has taken too long. */
export function lookLimitDeadline(turn: Turn): number {
  const { look, claim } = turn.state;
  return claim !== null && look !== null && isLooking(turn)
    ? look.begun + lookLimit
    : Number.POSITIVE_INFINITY;
}

/** The peer rests with what it holds: who answers for that now is the peer. */
export function learnSoon(turn: Turn): void {
  const { state } = turn;
  const { look, defend } = state.settings.defences;
  if (look || defend) state.learnAt = state.now + learnDelay;
}

export function learnIfDue(turn: Turn): void {
  const { state } = turn;
  if (state.learnAt === null || state.learnAt > state.now) return;
  state.learnAt = null;
  const { resources, peer } = state;
  if (peer.tellsMacs || peer.status === 'dead' || peer.left) return;
  if (!isStable(turn) || !resources.peerStable) return;
  if (resources.peerHolds !== 'none' && resources.holds !== 'all') beginLook(turn, true);
}

function learn(turn: Turn, sight: Sight): void {
  const { peer, resources } = turn.state;
  if (peer.status === 'dead' || !resources.peerStable) return;
  const macs = sight.answers.filter(({ key }) => peerServes(turn, key)).map(({ mac }) => mac);
  peer.macs = [...new Set([...peer.macs, ...macs])].slice(-mostMacs);
}

/** One of ours tells its hardware addresses: it is known on the LAN before it ever served. */
export function heedItsAddresses(turn: Turn, message: Message): void {
  const { peer } = turn.state;
  const told = message.text('macs');
  if (told === undefined) return;
  peer.tellsMacs = true;
  peer.macs = told
    .split(',')
    .filter((mac) => mac.length > 0 && mac.length <= longestMac)
    .slice(0, mostMacs);
}

function peerServes(turn: Turn, key: string): boolean {
  const { resources, settings } = turn.state;
  // Their own groups are our foreign ones.
  const set: Holding = settings.foreignKeys.includes(key) ? 'local' : 'foreign';
  return overlaps(resources.peerHolds, set);
}
