import type { Message } from '../wire/message.ts';
import { includes, union, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { recover } from './takeover.ts';
import { begin, log, say, type Turn } from './turn.ts';

/**
 * `auto_failback legacy` (spec cluster.md 8): nobody reports what it holds. A starting node asks its peer for each of
 * its own groups, the peer lets go and answers, and the node takes the group. Failback is automatic, and
 * standby does not exist.
 */
export function startLegacy(turn: Turn): void {
  const { resources, settings, peer } = turn.state;
  resources.phase = 'stable';
  if (peer.status === 'dead') {
    recover(turn);
    return;
  }
  for (const key of settings.localKeys) say(turn, 'ip-request', ['ipaddr', key]);
}

/** The peer wants one of its groups: let go of it if it runs here, and answer either way. */
export function onGroupRequest(turn: Turn, message: Message): void {
  const { resources, settings } = turn.state;
  const key = message.text('ipaddr');
  if (!settings.legacy || key === undefined || resources.phase === 'shutdown') return;
  if (!settings.foreignKeys.includes(key) || !includes(resources.holds, 'foreign')) {
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
  if (resources.phase !== 'stable' || !settings.localKeys.includes(key)) return;
  setHolds(turn, union(resources.holds, 'local'));
  begin(turn, 'acquire', 'local', 'legacy take', key);
}
