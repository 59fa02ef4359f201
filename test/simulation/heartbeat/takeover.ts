import type { Daemon } from './daemon.ts';
import { ALL, FOREIGN, LOCAL, NONE } from './masks.ts';
import { acquireLocal } from './resources.ts';
import { moveGroups, queueScript } from './scripts.ts';
import { takeFromGiver } from './standby.ts';

/** The peer is dead (cluster.md 5), and no fencing device is configured. */
export function recover(daemon: Daemon): void {
  const { settings, peer, otherHolds } = daemon;
  if (isStopping(daemon)) return;
  daemon.needsFailback = true;
  const gaveUp = peer.heard && (settings.legacy ? peer.left : otherHolds === NONE);
  daemon.send('stonith', ['node', settings.peer], ['result', gaveUp ? 'unneeded' : 'n_stnth']);
  if (!gaveUp) {
    takeOver(daemon);
    return;
  }
  daemon.log('info', `Dead node ${settings.peer} gave up resources.`);
  if (daemon.holds === ALL) daemon.otherStable = true;
  else if ((daemon.holds & FOREIGN) === 0) takeOver(daemon);
  else if ((daemon.holds & LOCAL) === 0) acquireLocal(daemon);
}

function isStopping(daemon: Daemon): boolean {
  if (daemon.rstate !== 'SHUTDOWN') return false;
  daemon.log('info', 'Resource takeover cancelled - shutdown in progress.');
  return true;
}

function takeOver(daemon: Daemon): void {
  daemon.log('info', `Resources being acquired from ${daemon.settings.peer}.`);
  daemon.holds |= FOREIGN;
  daemon.otherHolds = NONE;
  daemon.otherStable = true;
  daemon.takeoverInProgress = true;
  queueScript(daemon, (done) => machDown(daemon, done));
  acquireLocal(daemon, true);
}

/** cluster.md 4.3; not for what was given away while it waited, see README.md. */
function machDown(daemon: Daemon, done: () => void): void {
  const { foreignKeys, legacy } = daemon.settings;
  if ((daemon.holds & FOREIGN) === 0) {
    daemon.takeoverInProgress = false;
    done();
    return;
  }
  moveGroups(daemon, 'acquire', foreignKeys, () => {
    if (legacy) daemon.takeoverInProgress = false;
    else daemon.send('resource', ['rsc_hold', 'foreign'], ['info', 'mach_down']);
    done();
  });
}

/** An orderly stop of the peer (cluster.md 7.3): what is missing is asked for twice. */
export function onPeerShutdone(daemon: Daemon): void {
  const { peer, settings } = daemon;
  daemon.log('info', `Received shutdown notice from '${settings.peer}'.`);
  peer.left = true;
  daemon.otherHolds = NONE;
  daemon.otherStable = true;
  if (daemon.status !== 'active' || isStopping(daemon) || daemon.holds === ALL) return;
  if (!settings.legacy) takeFromGiver(daemon, missing(daemon.holds));
  takeOver(daemon);
}

function missing(holds: number): number {
  if (holds === FOREIGN) return LOCAL;
  return holds === LOCAL ? FOREIGN : ALL;
}
