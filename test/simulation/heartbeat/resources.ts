import type { Message } from '../../../firmware-agent/wire/message.ts';
import type { Daemon } from './daemon.ts';
import { tryFailback } from './failback.ts';
import { onPeerStable } from './ipfail.ts';
import { ALL, FOREIGN, LOCAL, maskOf, NONE, wordOf } from './masks.ts';
import { runHelper } from './scripts.ts';

/** ms: cluster.md 3.3. */
const settleTime = 10_000;

/** What shutdown and `rscstatus` call stable (cluster.md 2). In legacy mode nobody reports. */
export function isStable(daemon: Daemon): boolean {
  const { rstate, settings } = daemon;
  if (daemon.takeoverInProgress || daemon.children > 0) return false;
  if (settings.legacy) return true;
  const isSettled = rstate === 'STABLE' || rstate === 'SHUTDOWN' || rstate === 'INIT';
  return isSettled && daemon.otherStable && daemon.standby === 'NOT' && daemon.standbyUntil === null;
}

export function startResources(daemon: Daemon): void {
  daemon.rstate = 'STARTING';
  daemon.send('starting');
}

/** cluster.md 3.2. */
export function onStarting(daemon: Daemon): void {
  const { rstate } = daemon;
  if (rstate === 'INIT' || rstate === 'BOTHSTARTING') {
    daemon.log('ERROR', `Received 'starting' message in state ${rstate}`);
    return;
  }
  if (rstate === 'STARTING') daemon.rstate = 'BOTHSTARTING';
  daemon.otherStable = false;
  if (daemon.takeoverInProgress) daemon.log('WARN', 'T_STARTING received during takeover.');
  report(daemon);
}

export function report(daemon: Daemon, isStable = daemon.rstate === 'STABLE', info?: string): void {
  daemon.send(
    'resource',
    ['rsc_hold', wordOf(daemon.holds)],
    ['rtype', 'full'],
    ['isstable', isStable ? '1' : '0'],
    ...(info === undefined ? [] : [['info', info] as const]),
  );
}

/** cluster.md 3.2: a report is believed when it comes, however old it is. */
export function onResource(daemon: Daemon, message: Message, isOwn: boolean): void {
  const told = maskOf(message.text('rsc_hold'));
  if (daemon.rstate === 'INIT' || told === null) return;
  const isFirst = isStarting(daemon);
  const isFull = message.text('rtype') === 'full';
  const updated = (mask: number) => (isFull ? told : told === NONE ? NONE : mask | told);
  if (isOwn) onOwnReport(daemon, message, updated);
  else onPeerReport(daemon, message, updated);
  if (!isFirst || !isStarting(daemon)) return;
  daemon.rstate = 'RSCRCVD';
  daemon.later(settleTime, () => settleAlone(daemon));
}

function isStarting({ rstate }: Daemon): boolean {
  return rstate === 'STARTING' || rstate === 'BOTHSTARTING';
}

function onOwnReport(daemon: Daemon, message: Message, updated: (mask: number) => number): void {
  daemon.holds = updated(daemon.holds);
  const info = message.text('info');
  if (info === 'shutdown') daemon.rstate = 'SHUTDOWN';
  if (info !== 'mach_down') return;
  daemon.log('info', 'mach_down takeover complete.');
  daemon.takeoverInProgress = false;
  daemon.holds |= FOREIGN;
  daemon.needsFailback = true;
  daemon.otherStable = true;
}

function onPeerReport(daemon: Daemon, message: Message, updated: (mask: number) => number): void {
  daemon.otherHolds = updated(daemon.otherHolds);
  const stable = message.text('isstable');
  if (stable === '1' && (daemon.standby === 'OTHER' || daemon.standby === 'DONE')) daemon.isForgotten = true;
  if (stable === '1' && !daemon.otherStable) {
    daemon.log('info', 'remote resource transition completed.');
    daemon.otherStable = true;
    report(daemon);
    tryFailback(daemon);
  } else if (stable !== undefined && stable !== '1') daemon.otherStable = false;
  if (daemon.otherStable && daemon.rstate !== 'STABLE' && daemon.rstate !== 'SHUTDOWN') {
    settle(daemon);
    tryFailback(daemon);
  }
  if (stable === '1' && message.text('info') === undefined) onPeerStable(daemon);
}

/** Nobody told that it is stable (cluster.md 3.3). */
function settleAlone(daemon: Daemon): void {
  if (daemon.rstate !== 'RSCRCVD') return;
  settle(daemon);
  daemon.log('info', 'local resource transition completed.');
}

function settle(daemon: Daemon): void {
  daemon.rstate = 'STABLE';
  acquireLocal(daemon);
  report(daemon, true);
}

/** cluster.md 4.1: the groups are told of before they are up. */
export function acquireLocal(daemon: Daemon, forced = false): void {
  const { settings, holds, otherHolds } = daemon;
  const isServed = (otherHolds & FOREIGN) !== 0 || (holds & LOCAL) !== 0;
  if (isServed && !forced && daemon.standby === 'NOT') {
    daemon.log('info', 'Local Resource acquisition completed. (none)');
    return;
  }
  daemon.holds = (holds | LOCAL) & ALL;
  runHelper(daemon, (done) => {
    for (const key of settings.localKeys.filter((own) => !daemon.running.has(own))) askForGroup(daemon, key);
    if (!settings.legacy) report(daemon, true, 'req_our_resources()');
    done();
  });
}

/** `req_resource`: the peer is asked in legacy mode while it lives, else this node answers itself. */
function askForGroup(daemon: Daemon, key: string): void {
  const { settings, peer } = daemon;
  if (settings.legacy && peer.status !== 'dead') daemon.send('ip-request', ['ipaddr', key]);
  else {
    daemon.send('ip-request-resp', ['dest', settings.self], ['ipaddr', key], ['weown', 'yes'], ['ok', 'OK']);
  }
}
