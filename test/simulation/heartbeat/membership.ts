import type { Message } from '../../../firmware-agent/wire/message.ts';
import type { Daemon } from './daemon.ts';
import { joinIpfail } from './ipfail.ts';
import { startLegacy } from './legacy.ts';
import { expireLinks } from './links.ts';
import { startResources } from './resources.ts';
import { queueScript } from './scripts.ts';
import { numberOf } from './sequence.ts';
import { cancelStandby } from './standby.ts';
import { requestStop } from './stop.ts';
import { recover } from './takeover.ts';

/** ms: cluster.md 1.2. */
const pollInterval = 250;
const startTime = 5000;
const startPatience = 2000;
const restartPatience = 30_000;
/** ms: cluster.md 1.8. */
const partitionPause = 2000;

/** The first packets, then one in each keepalive (cluster.md 1.3). */
export function start(daemon: Daemon): void {
  beat(daemon);
  daemon.status = 'up';
  beat(daemon);
  beat(daemon);
  repeat(daemon, daemon.settings.keepalive, () => beat(daemon));
  repeat(daemon, pollInterval, () => poll(daemon));
  daemon.later(startTime, () => beat(daemon));
}

function repeat(daemon: Daemon, interval: number, act: () => void): void {
  daemon.later(interval, () => {
    act();
    if (!daemon.over) repeat(daemon, interval, act);
  });
}

/** While starting and before a restart it asks for more patience (cluster.md 1.2). */
function beat(daemon: Daemon): void {
  const { settings, startedAt, now, stopping } = daemon;
  const starting = now - startedAt < startTime ? startPatience : 0;
  const restarting = stopping === 'restart' ? restartPatience : 0;
  const patience = Math.round(settings.deadtime + starting + restarting).toString(16);
  daemon.lastBeatAt = now;
  daemon.send('status', ['st', daemon.status], ['dt', patience], ['protocol', '1']);
}

/** Who is dead by now (cluster.md 1.2, 1.6). */
function poll(daemon: Daemon): void {
  const { settings, peer, now } = daemon;
  if (now - daemon.lastBeatAt > settings.deadtime) {
    const chance = daemon.random.below(8);
    if (chance === 0) {
      daemon.log('ERROR', 'No local heartbeat. Forcing restart.');
      requestStop(daemon, 'restart');
      return;
    }
    daemon.log('CRIT', `Late heartbeat: Node ${settings.self}`);
    beat(daemon);
    // What waits in its sockets comes first: a late heartbeat, and no partition (cluster.md 1.8).
    if (chance === 1) return;
  }
  const patience = daemon.linksUp ? (peer.deadtime ?? settings.deadtime) : settings.initdead;
  if (peer.status !== 'dead' && now - (peer.lastStatusAt ?? daemon.startedAt) > patience) die(daemon);
  expireLinks(daemon);
  checkLinksUp(daemon);
}

/** cluster.md 1.6. */
function die(daemon: Daemon): void {
  const { peer, settings } = daemon;
  daemon.log('WARN', `node ${settings.peer}: is dead`);
  peer.status = 'dead';
  cancelStandby(daemon);
  if (daemon.status === 'active') recover(daemon);
  peer.heard = false;
  peer.lastSeq = null;
  peer.missing.clear();
  peer.acked = 0;
}

/** cluster.md 1.5. */
export function onStatus(daemon: Daemon, message: Message, seq: number): void {
  const { peer, settings, now } = daemon;
  // Old ones are ignored (cluster.md 1.2); the clocks of what is sent again are older, too.
  if (seq < peer.lastStatusSeq) return;
  const gap = peer.lastStatusAt === null ? 0 : now - peer.lastStatusAt;
  if (gap > settings.deadtime) {
    daemon.log('CRIT', `Late heartbeat: Node ${settings.peer}: interval ${Math.round(gap)} ms (> deadtime)`);
    die(daemon);
  }
  const status = message.text('st') ?? '';
  if (status !== peer.status) {
    daemon.log('info', `Status update for node ${settings.peer}: status ${status}`);
    peer.status = status;
    queueScript(daemon, (done) => done());
  }
  peer.heard = true;
  peer.lastStatusAt = now;
  peer.lastStatusSeq = seq;
  peer.deadtime = numberOf(message, 'dt', 16) ?? settings.deadtime;
  checkLinksUp(daemon);
}

/** Both survived: give up and start anew, after a pause (cluster.md 1.8). */
export function onPartition(daemon: Daemon): void {
  daemon.log('CRIT', `Cluster node ${daemon.settings.peer} returning after partition.`);
  beat(daemon);
  daemon.later(partitionPause, () => requestStop(daemon, 'restart'));
}

/** Every node, ping nodes too, was heard or is dead (cluster.md 1.4). */
function checkLinksUp(daemon: Daemon): void {
  const { peer, pings } = daemon;
  if (daemon.linksUp || (!peer.heard && peer.status !== 'dead')) return;
  if ([...pings.values()].some(({ status }) => status === 'init')) return;
  daemon.linksUp = true;
  daemon.asksNodes = true;
  askNodes(daemon);
}

/** Every second until it is told, or there is nobody to ask (wire.md 8.1). */
function askNodes(daemon: Daemon): void {
  if (!daemon.asksNodes) return;
  if (daemon.peer.status === 'dead') {
    goActive(daemon);
    return;
  }
  daemon.send('reqnodes', ['dest', daemon.settings.peer]);
  daemon.later(1000, () => askNodes(daemon));
}

export function onNodesAsked(daemon: Daemon): void {
  const { peer, nodes } = daemon.settings;
  daemon.send('repnodes', ['dest', peer], ['nodelist', `${nodes.join(' ')} `], ['delnodelist', ' ']);
}

export function onNodesTold(daemon: Daemon): void {
  if (daemon.asksNodes) goActive(daemon);
}

function goActive(daemon: Daemon): void {
  daemon.asksNodes = false;
  daemon.status = 'active';
  daemon.log('info', "Local status now set to: 'active'");
  beat(daemon);
  if (daemon.settings.legacy) startLegacy(daemon);
  else startResources(daemon);
  if (daemon.peer.status === 'dead') recover(daemon);
  joinIpfail(daemon);
}
