import { workTime } from './handshake-words.ts';
import { type Holding, mirror, union } from './holding.ts';
import { setHolds } from './holds.ts';
import { report } from './resources.ts';
import { answer, begin, log, say, type Turn } from './turn.ts';

/** The peer gave `set`, in its terms. */
export function take(turn: Turn, set: Holding): void {
  const { resources, settings, now } = turn.state;
  resources.standbyDeadline = now + workTime;
  resources.standby = 'done';
  log(turn, 'info', `standby: acquire [${set}] resources from ${settings.peer}`);
  log(turn, 'info', `acquire ${mirror(set)} HA resources (standby).`);
  begin(turn, 'acquire', mirror(set), 'take');
}

/** What the peer gave is up here (`set` in our own terms). */
export function onTaken(turn: Turn, set: Holding, failed: readonly string[]): void {
  const { resources, settings, now, command } = turn.state;
  log(turn, 'info', `${set} HA resource acquisition completed (standby).`);
  if (resources.standby !== 'done') {
    report(turn);
    return;
  }
  log(turn, 'info', `Standby resource acquisition done [${mirror(set)}].`);
  resources.standby = 'not';
  resources.standbyDeadline = null;
  setHolds(turn, union(resources.holds, set));
  // Heartbeat does not read the last field; one of ours tells its operator.
  const told = failed.length > 0 ? [['failed', failed.join(' ')] as const] : [];
  say(turn, 'ask_resources', ['rsc_hold', mirror(set)], ['info', 'done'], ...told);
  report(turn);
  if (command === null) return;
  if (failed.length > 0)
    answer(turn, false, `${settings.self} took over ${set}, but did not start: ${failed.join(', ')}`);
  else answer(turn, true, `${settings.self} took over ${set} in ${Math.round(now - command.since)} ms.`);
}

/** The giver waits for this word, also where what it gave cannot be taken. */
export function sayNotTaken(turn: Turn, keys: readonly string[]): void {
  const { standby, standbySet } = turn.state.resources;
  if (standby !== 'done') return;
  say(turn, 'ask_resources', ['rsc_hold', standbySet], ['info', 'done'], ['failed', keys.join(' ')]);
}
