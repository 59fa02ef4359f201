import type { Message } from '../../../firmware-agent/wire/message.ts';
import type { Daemon } from './daemon.ts';
import { ALL, maskOf, mirror, NONE, wordOf } from './masks.ts';
import { report } from './resources.ts';
import { keysOf, moveGroups, queueScript, runHelper } from './scripts.ts';

/** ms: cluster.md 7.1. */
const replyTime = 10_000;
const workTime = 3_600_000;

/** What hb_standby and ipfail write (logs-and-tools.md 3.2); whether it is heeded is told by nobody. */
export function hbStandby(daemon: Daemon, set: number): void {
  daemon.send('ask_resources', ['rsc_hold', wordOf(set)], ['info', 'me']);
}

/** cluster.md 7.2: rc.d/hb_takeover of the other node runs hb_standby; `failback` has no mapping. */
export function onTakeoverRequest(daemon: Daemon, message: Message): void {
  const wanted = maskOf(message.text('rsc_hold')) ?? ALL;
  queueScript(daemon, (done) => {
    hbStandby(daemon, mirror(wanted));
    done();
  });
}

/** The table of cluster.md 7.1. */
export function onAskResources(daemon: Daemon, message: Message, isOwn: boolean): void {
  if (daemon.rstate === 'SHUTDOWN') return;
  const set = maskOf(message.text('rsc_hold')) ?? ALL;
  const info = message.text('info') ?? '';
  const from = isOwn ? daemon.settings.self : daemon.settings.peer;
  const { standby } = daemon;
  if (info === 'me' && daemon.standbyUntil !== null) {
    daemon.log('WARN', `Standby in progress- new request from ${from} ignored`);
  } else if (standby === 'NOT') {
    if (!daemon.otherStable || daemon.rstate !== 'STABLE') {
      const who = daemon.otherStable ? 'local resources in flux.' : 'Other side is in flux.';
      daemon.log('WARN', `standby message [${info}] from ${from} ignored.  ${who}`);
    } else if (info === 'me') begin(daemon, set, isOwn);
    else complain(daemon, info, from);
  } else if (standby === 'ME' && info === 'other' && !isOwn) give(daemon, set);
  else if (standby === 'ME' && info === 'done' && isOwn) {
    daemon.log('info', `Local standby process completed [${wordOf(set)}].`);
    daemon.standby = 'DONE';
    daemon.holds &= ~set;
    daemon.standbyUntil = daemon.now + workTime;
  } else if (standby === 'OTHER' && info === 'other' && isOwn) return;
  else if (standby === 'OTHER' && info === 'done' && !isOwn) take(daemon, set);
  else if (standby === 'DONE' && info === 'done') finish(daemon, set, isOwn);
  else complain(daemon, info, from);
}

function complain(daemon: Daemon, info: string, from: string): void {
  daemon.log('ERROR', `Ignored standby message '${info}' from ${from} in state ${daemon.standby}`);
}

function begin(daemon: Daemon, set: number, isOwn: boolean): void {
  const { settings, now } = daemon;
  daemon.otherStable = false;
  daemon.isForgotten = false;
  daemon.log('info', `${isOwn ? settings.self : settings.peer} wants to go standby [${wordOf(set)}]`);
  daemon.standby = isOwn ? 'ME' : 'OTHER';
  daemon.standbyUntil = now + (isOwn ? replyTime : workTime);
  if (!isOwn) daemon.send('ask_resources', ['rsc_hold', wordOf(set)], ['info', 'other']);
}

function give(daemon: Daemon, set: number): void {
  daemon.standbyUntil = daemon.now + workTime;
  daemon.log('info', `standby: ${daemon.settings.peer} can take our ${wordOf(set)} resources`);
  daemon.holds &= ~set;
  report(daemon, false, 'standby');
  runStandby(daemon, 'release', set, set);
}

function take(daemon: Daemon, set: number): void {
  daemon.log('info', `standby: acquire [${wordOf(set)}] resources from ${daemon.settings.peer}`);
  takeFromGiver(daemon, set);
}

/** `set` in the giver's terms, as always in a handshake. */
export function takeFromGiver(daemon: Daemon, set: number): void {
  daemon.standbyUntil = daemon.now + workTime;
  daemon.standby = 'DONE';
  runStandby(daemon, 'acquire', mirror(set), set);
}

/** The standby helper (cluster.md 4.2). With nothing to do a real one ends without a word: `no resources to acquire`. */
function runStandby(daemon: Daemon, what: 'acquire' | 'release', mine: number, told: number): void {
  if (told === NONE) return;
  runHelper(daemon, (done) =>
    moveGroups(daemon, what, keysOf(daemon, mine), () => {
      daemon.send('ask_resources', ['rsc_hold', wordOf(told)], ['info', 'done']);
      done();
    }),
  );
}

function finish(daemon: Daemon, set: number, isOwn: boolean): void {
  daemon.standbyUntil = null;
  if (isOwn) {
    daemon.log('info', `Standby resource acquisition done [${wordOf(set)}].`);
    daemon.holds |= mirror(set);
  } else daemon.log('info', `Other node completed standby takeover of ${wordOf(set)} resources.`);
  report(daemon, true);
  daemon.standby = 'NOT';
}

/** The peer is dead (cluster.md 1.6). */
export function cancelStandby(daemon: Daemon): void {
  if (daemon.standby !== 'NOT') {
    daemon.log('info', 'Cancelling pending standby operation');
    daemon.standby = 'NOT';
    daemon.standbyUntil = null;
  }
  if (daemon.holds === ALL) daemon.otherStable = true;
}

/** Looked at with every message, and never in between (cluster.md 7.1). */
export function checkStandby(daemon: Daemon): void {
  if (daemon.standbyUntil === null || daemon.now < daemon.standbyUntil) return;
  daemon.log('WARN', 'No reply to standby request.  Standby request cancelled.');
  daemon.standby = 'NOT';
  daemon.standbyUntil = null;
  daemon.otherStable = true;
}
