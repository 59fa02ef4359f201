import type { Message } from '../wire/message.ts';
import { decimalNumber } from './fields.ts';
import { type Holding, includes } from './holding.ts';
import { isStable } from './resources.ts';
import { requestStandby } from './standby.ts';
import type { NodeStatus } from './state.ts';
import { log, say, type Turn } from './turn.ts';

/**
 * Who sees more of the network serves it (spec ipfail.md 3, 4): the two compare how many ping nodes answer them.
 * It talks to the ipfail of a Heartbeat as to our own.
 */

/** After a standby that could not begin, the comparison is made anew this much after the peer rests, in ms. */
const retryDelay = 10_000;

function isOn(turn: Turn): boolean {
  return turn.state.ipfail !== null && turn.state.status === 'active';
}

/** How many ping nodes answer; a ping group counts as one. */
function countPings(turn: Turn): number {
  return Object.values(turn.state.pings).filter((ping) => ping.status === 'ping').length;
}

/** A client's message as a Heartbeat's API sends it; the fields that every such message ends with. */
function tell(turn: Turn, type: string, ...fields: (readonly [string, string])[]): void {
  const { peer } = turn.state.settings;
  say(turn, type, ...fields, ['dest', peer], ['from_id', 'ipfail'], ['to_id', 'ipfail'], ['client_gen', '0']);
}

/** It speaks in its own name, as the program of a Heartbeat does. */
function note(turn: Turn, text: string): void {
  log(turn, 'info', text, 'ipfail');
}

/** What the program is told of a node, */
export function noteNode(turn: Turn, name: string, status: NodeStatus | 'ping'): void {
  if (!isOn(turn)) return;
  note(turn, `Status update: Node ${name} now has status ${status}`);
  if (status === 'dead') note(turn, countPings(turn) > 0 ? 'NS: We are still alive!' : 'NS: We are dead. :<');
}

/** and of a link. */
export function noteLink(turn: Turn, node: string, link: string, status: 'up' | 'dead'): void {
  if (isOn(turn)) note(turn, `Link Status update: Link ${node}/${link} now has status ${status}`);
}

/** Announce ourselves as a client, so that the other ipfail begins to compare. */
export function joinIpfail(turn: Turn): void {
  if (!isOn(turn)) return;
  const { self } = turn.state.settings;
  say(
    turn,
    'hbapi-clstat',
    ['st', 'join'],
    ['from_id', 'ipfail'],
    ['to_id', 'ipfail'],
    ['src', self],
    ['info', 'signon'],
    ['client_gen', '0'],
  );
}

/** The other ipfail is there: compare. */
export function onClientStatus(turn: Turn, message: Message): void {
  if (message.text('from_id') === 'ipfail' && message.text('st') === 'join') compare(turn);
}

/** A link, or a ping node, fell silent or came back. */
export function compareAfterLoss(turn: Turn): void {
  if (!isOn(turn)) return;
  note(turn, countPings(turn) > 0 ? 'Checking remote count of ping nodes.' : 'We are dead. :<');
  compare(turn);
}

export function compareAfterReturn(turn: Turn): void {
  if (!isOn(turn)) return;
  note(turn, 'A ping node just came up.');
  compare(turn);
}

function compare(turn: Turn): void {
  const { peer } = turn.state;
  if (!isOn(turn) || peer.status === 'dead' || peer.left) return;
  note(turn, 'Asking other side for ping node count.');
  tell(turn, 'num_ping_nodes', ['num_ping', String(countPings(turn))]);
}

/** The peer's count against ours. */
export function onPingCount(turn: Turn, message: Message): void {
  const theirs = decimalNumber(message.text('num_ping'));
  const { ipfail, settings } = turn.state;
  if (!isOn(turn) || ipfail === null || theirs === null) return;
  const ours = countPings(turn);
  if (ours > theirs) {
    note(turn, 'Telling other node that we have more visible ping nodes.');
    tell(turn, 'you_are_dead');
  } else if (ours < theirs) {
    note(turn, 'Giving up because we have less visible ping nodes.');
    delayGiveUp(turn, 'all');
  } else {
    note(turn, 'Ping node count is balanced.');
    tell(turn, 'abort_giveup');
    if (ipfail.giveUpAt !== null) abort(turn);
    else if (settings.autoFailback && isStable(turn) && includes(turn.state.resources.holds, 'foreign')) {
      note(turn, 'Giving up foreign resources (auto_failback).');
      delayGiveUp(turn, 'foreign');
    }
  }
}

export function onToldDead(turn: Turn): void {
  if (!isOn(turn)) return;
  note(turn, 'Giving up because we were told that we have less ping nodes.');
  delayGiveUp(turn, 'all');
}

export function onGiveUpAborted(turn: Turn): void {
  if (turn.state.ipfail === null) return;
  if (turn.state.ipfail.giveUpAt === null) note(turn, 'No giveup timer to abort.');
  else abort(turn);
}

/** Two keepalives, in which the other's answer may still cancel it. */
function delayGiveUp(turn: Turn, set: Holding): void {
  const { ipfail, now, settings } = turn.state;
  if (ipfail === null) return;
  const delay = 2 * settings.keepalive;
  ipfail.giveUpAt = now + delay;
  ipfail.giveUpSet = set;
  ipfail.giveUps += 1;
  note(turn, `Delayed giveup in ${Math.floor(delay / 1000)} seconds.`);
}

function abort(turn: Turn): void {
  const { ipfail } = turn.state;
  if (ipfail === null) return;
  ipfail.giveUpAt = null;
  note(turn, `Aborted delayed giveup (${ipfail.giveUps})`);
}

/** The delay is over: go standby, or wait until both rest. */
export function ipfailIfDue(turn: Turn): void {
  const { ipfail, now, resources, peer } = turn.state;
  if (ipfail === null) return;
  if (ipfail.compareAt !== null && ipfail.compareAt <= now) {
    ipfail.compareAt = null;
    compare(turn);
  }
  if (ipfail.giveUpAt === null || ipfail.giveUpAt > now) return;
  ipfail.giveUpAt = null;
  // A peer that is gone can take nothing, and what we do not hold we cannot give.
  if (peer.status === 'dead' || peer.left || resources.holds === 'none') return;
  note(turn, 'giveup() called (timeout worked)');
  if (!isStable(turn) || !requestStandby(turn, ipfail.giveUpSet)) ipfail.needsStandby = true;
}

/** The peer rests again: a standby that had to wait is thought over once more. */
export function onPeerRests(turn: Turn): void {
  const { ipfail, now } = turn.state;
  if (!ipfail?.needsStandby) return;
  ipfail.needsStandby = false;
  ipfail.compareAt = now + retryDelay;
}
