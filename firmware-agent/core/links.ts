import { clear, raise } from './alarm.ts';
import { compareAfterLoss, noteLink } from './ipfail.ts';
import { log, type Turn } from './turn.ts';

/** What a serial port that takes no bytes is told with, */
const stalledLine = /no byte left/;
/** and what a Heartbeat says of it (spec logs-and-tools.md 2). */
const cableHint = '(no connection or bad cable? [see documentation])';

/** The peer was heard on a link (spec cluster.md 1.7). */
export function touchLink(turn: Turn, name: string): void {
  const { links, now, settings } = turn.state;
  const link = links[name];
  if (!link) return;
  link.lastHeard = now;
  link.received += 1;
  if (link.up) return;
  link.up = true;
  log(turn, 'info', `Link ${settings.peer}:${name} up.`);
  noteLink(turn, settings.peer, name, 'up');
  clear(turn, 'link-lost', `${settings.peer} is heard on ${name} again.`, name);
}

/** When a link that carries nothing is called dead; Infinity while it is down anyway. */
export function linkDeadline(turn: Turn, name: string): number {
  const { links, peer } = turn.state;
  const link = links[name];
  if (!link?.up || link.examined || link.lastHeard === null) return Number.POSITIVE_INFINITY;
  return Math.max(link.lastHeard, link.givenBackAt ?? link.lastHeard) + peer.deadtime;
}

/** Call every link dead that was silent for the peer's deadtime. */
export function expireLinks(turn: Turn): void {
  const { links, now, settings } = turn.state;
  for (const name in links) {
    const link = links[name];
    if (!link || linkDeadline(turn, name) > now) continue;
    link.up = false;
    log(turn, 'info', `Link ${settings.peer}:${name} dead.`);
    noteLink(turn, settings.peer, name, 'dead');
    if (isHeardElsewhere(turn, name)) raise(turn, 'link-lost', 'warning', silenceOn(turn, name), {}, name);
    compareAfterLoss(turn);
  }
}

/** With what the hardware knows of it. */
function silenceOn({ state }: Turn, name: string): string {
  const { lastHeard, missing } = state.links[name] ?? { lastHeard: null, missing: null };
  const since = lastHeard === null ? `was never heard on ${name}` : `is not heard on ${name} any more`;
  return `${state.settings.peer} ${since}${missing === null ? '' : ` (${missing})`}.`;
}

/** The peer lives: another cable delivered in the last half of its deadtime. */
function isHeardElsewhere(turn: Turn, name: string): boolean {
  const { links, peer, now } = turn.state;
  if (peer.status === 'dead' || peer.left) return false;
  return Object.entries(links).some(
    ([other, { lastHeard }]) => other !== name && lastHeard !== null && now - lastHeard <= peer.deadtime / 2,
  );
}

/** A cable that was not in from the beginning never fell silent: it is told of once the time for starting is over. */
export function tellOfSilentLinks(turn: Turn): void {
  const { state } = turn;
  const { peer } = state;
  if (state.silentLinksAt === null || state.silentLinksAt > state.now) return;
  state.silentLinksAt = null;
  if (peer.status === 'dead' || peer.left) return;
  for (const [name, { up, examined }] of Object.entries(state.links)) {
    if (up || examined || !isHeardElsewhere(turn, name)) continue;
    raise(turn, 'link-lost', 'warning', silenceOn(turn, name), {}, name);
  }
}

/** A medium stopped working, or works again; whether the link is up shows in what it carries. */
export function onMedium(turn: Turn, name: string, fault: string | null): void {
  const link = turn.state.links[name];
  if (!link || link.fault === fault) return;
  link.fault = fault;
  if (fault === null) log(turn, 'info', `${name} works again.`);
  else if (stalledLine.test(fault))
    log(turn, 'WARN', `TTY write timeout on [${name}] ${cableHint}: ${fault}`);
  else log(turn, 'ERROR', `write_child: write failure on ${link.medium} ${name}.: ${fault}`);
}

/** The hardware of a cable lost the other end, or has it again: nothing moves for it, but whoever looks for the reason has it. */
export function onSignal(turn: Turn, name: string, missing: string | null): void {
  const link = turn.state.links[name];
  if (!link || link.missing === missing) return;
  link.missing = missing;
  if (missing === null) log(turn, 'info', `${name} has its signal again.`);
  else log(turn, 'WARN', `${name}: ${missing}.`);
}
