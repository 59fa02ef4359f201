import type { Holding } from './holding.ts';
import { setHolds } from './holds.ts';
import { settle } from './resources.ts';
import { begin, log, say, type Turn } from './turn.ts';

/** The peer is dead: take over what it held (spec cluster.md 5). */
export function recover(turn: Turn): void {
  const { resources, settings } = turn.state;
  const { peer } = settings;
  if (resources.phase === 'shutdown') {
    log(turn, 'info', 'Resource takeover cancelled - shutdown in progress.');
    return;
  }
  resources.needsFailback = true;
  // In legacy mode nobody reports; the last word of an orderly stop is all there is.
  const gaveUp = settings.legacy
    ? turn.state.peer.left
    : resources.peerReported && resources.peerHolds === 'none';
  if (gaveUp) {
    log(turn, 'info', `Dead node ${peer} gave up resources.`);
    say(turn, 'stonith', ['node', peer], ['result', 'unneeded']);
  } else {
    say(turn, 'stonith', ['node', peer], ['result', 'n_stnth']);
    log(turn, 'WARN', 'No STONITH device configured.');
    log(turn, 'WARN', 'Shared disks are not protected.');
  }
  takeOver(turn);
}

/** The peer gave everything up in an orderly stop (spec cluster.md 7.3). */
export function onShutdownDone(turn: Turn): void {
  const { resources, settings, peer } = turn.state;
  log(turn, 'info', `Received shutdown notice from '${settings.peer}'.`);
  peer.left = true;
  resources.peerHolds = 'none';
  resources.peerReported = true;
  if (resources.phase === 'init') return;
  if (resources.phase === 'shutdown') {
    log(turn, 'info', 'Resource takeover cancelled - shutdown in progress.');
    return;
  }
  resources.needsFailback = true;
  takeOver(turn);
  // Its addresses are down now: who learnt them from it after a partition must learn ours.
  turn.actions.push({ do: 'announce' });
}

function takeOver(turn: Turn): void {
  const { resources, settings, stopBy } = turn.state;
  resources.peerStable = true;
  if (stopBy !== null) return;
  const held: Holding = resources.holds;
  resources.peerHolds = 'none';
  setHolds(turn, 'all');
  resources.lent = settings.foreignKeys;
  if (held !== 'all') {
    log(turn, 'info', `Resources being acquired from ${settings.peer}.`);
    begin(turn, 'acquire', 'all', 'takeover');
  }
  if (resources.phase !== 'stable') settle(turn);
}

/** Everything of the dead peer runs here (spec cluster.md 4.3). */
export function onTakeoverDone(turn: Turn): void {
  const { resources, peer, settings } = turn.state;
  log(turn, 'info', 'mach_down takeover complete.');
  if (!settings.legacy) say(turn, 'resource', ['rsc_hold', 'foreign'], ['info', 'mach_down']);
  if (peer.status === 'dead') resources.peerStable = true;
}
