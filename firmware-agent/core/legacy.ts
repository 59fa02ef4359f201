import type { Message } from '../wire/message.ts';
import { includes, overlaps, union, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { recover } from './takeover.ts';
import { begin, log, say, type Turn } from './turn.ts';

/** How often the peer is asked for a group until it answers, in ms. */
const askInterval = 5000;

/**
 * `auto_failback legacy` (spec cluster.md 8): nobody reports what it holds. A starting node asks its peer for each of
 * its own groups, the peer lets go and answers, and the node takes the group. Failback is automatic, and
 * standby does not exist.
 */
export function startLegacy(turn: Turn): void {
  const { resources, peer } = turn.state;
  resources.phase = 'stable';
  if (peer.status === 'dead') {
    recover(turn);
    return;
  }
  askForOwn(turn);
}

/** Ask for every group that prefers this node. */
export function askForOwn(turn: Turn): void {
  turn.state.resources.asked = turn.state.settings.localKeys;
  askForGroups(turn);
}

/** A peer that is stopping does not answer; the question is put again, for each group that is still waited for. */
function askForGroups(turn: Turn): void {
  const { state } = turn;
  const { resources, peer } = state;
  if (peer.status === 'dead' || resources.phase === 'shutdown') resources.asked = [];
  for (const key of resources.asked) say(turn, 'ip-request', ['ipaddr', key]);
  resources.askAgainAt = resources.asked.length > 0 ? state.now + askInterval : null;
}

export function askForGroupsIfDue(turn: Turn): void {
  const { resources, now } = turn.state;
  if (resources.askAgainAt !== null && resources.askAgainAt <= now) askForGroups(turn);
}

/** The peer wants one of its groups: let go of it if it runs here, and answer either way. */
export function onGroupRequest(turn: Turn, message: Message): void {
  const { resources, settings } = turn.state;
  const key = message.text('ipaddr');
  if (!settings.legacy || key === undefined) return;
  // A Heartbeat asks once only. Who asks while we let go takes it all by our last word.
  if (resources.phase === 'shutdown') {
    if (turn.state.leaveAt !== null) answerRequest(turn, key, false);
    return;
  }
  // What was given up already may still be stopping.
  const mayRun =
    includes(resources.holds, 'foreign') || resources.jobs.some(({ set }) => overlaps(set, 'foreign'));
  if (!settings.foreignKeys.includes(key) || !mayRun) {
    answerRequest(turn, key, false);
    return;
  }
  log(turn, 'info', `${settings.peer} asks for ${key}.`);
  begin(turn, 'release', 'foreign', 'legacy give', key);
}

/** The group is down here. Groups are asked for one by one; with the last one nothing foreign is left. */
export function onLegacyGiven(turn: Turn, key: string): void {
  const { resources, settings } = turn.state;
  resources.lent = resources.lent.filter((other) => other !== key);
  if (settings.foreignKeys.every((other) => !resources.lent.includes(other))) {
    setHolds(turn, without(resources.holds, 'foreign'));
  }
  answerRequest(turn, key, true);
}

function answerRequest(turn: Turn, key: string, owned: boolean): void {
  const { peer } = turn.state.settings;
  say(
    turn,
    'ip-request-resp',
    ['dest', peer],
    ['ipaddr', key],
    ['weown', owned ? 'yes' : 'no'],
    ['ok', 'OK'],
  );
}

/** The peer let go of one of our groups, or never had it. */
export function onGroupAnswer(turn: Turn, message: Message): void {
  const { resources, settings } = turn.state;
  const key = message.text('ipaddr');
  if (!settings.legacy || key === undefined || message.text('ok') !== 'OK') return;
  if (resources.phase !== 'stable' || !resources.asked.includes(key)) return;
  resources.asked = resources.asked.filter((other) => other !== key);
  setHolds(turn, union(resources.holds, 'local'));
  begin(turn, 'acquire', 'local', 'legacy take', key);
}
