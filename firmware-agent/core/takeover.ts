import { beginClaim } from './claim.ts';
import { type Holding, includes, mirror, overlaps, union, without } from './holding.ts';
import { setHolds } from './holds.ts';
import { peerGivesUp } from './partition.ts';
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
  // What holds nothing by its last report may have taken its own since, where cables carry one way only.
  const toldNone =
    !settings.legacy && resources.peerReported && resources.peerStable && resources.peerHolds === 'none';
  if (turn.state.peer.left || (toldNone && resources.holds === 'all')) {
    log(turn, 'info', `Dead node ${peer} gave up resources.`);
    say(turn, 'stonith', ['node', peer], ['result', 'unneeded']);
    takeOver(turn, without('all', resources.holds));
    return;
  }
  if (!settings.defences.fence) {
    say(turn, 'stonith', ['node', peer], ['result', 'n_stnth']);
    log(turn, 'WARN', 'No STONITH device configured.');
    log(turn, 'WARN', 'Shared disks are not protected.');
  }
  beginClaim(turn);
}

/** The peer gave everything up in an orderly stop (spec cluster.md 7.3). */
export function onShutdownDone(turn: Turn): void {
  const { resources, settings, peer } = turn.state;
  log(turn, 'info', `Received shutdown notice from '${settings.peer}'.`);
  peer.left = true;
  peerGivesUp(turn);
  resources.peerHolds = 'none';
  resources.peerReported = true;
  if (resources.phase === 'init') return;
  if (resources.phase === 'shutdown') {
    log(turn, 'info', 'Resource takeover cancelled - shutdown in progress.');
    return;
  }
  resources.peerStable = true;
  if (turn.state.stopBy === null) takeOver(turn, without('all', resources.holds));
  // Its addresses are down now: who learnt them from it after a partition must learn ours.
  turn.actions.push({ do: 'announce' });
}

/** Take a set of what is not held yet (spec cluster.md 5); what is left out stays the peer's. */
export function takeOver(turn: Turn, set: Holding): void {
  const { resources, settings } = turn.state;
  resources.peerStable = true;
  resources.peerHolds = mirror(without(without('all', resources.holds), set));
  setHolds(turn, union(resources.holds, set));
  if (includes(resources.holds, 'foreign')) {
    resources.needsFailback = true;
    resources.lent = settings.foreignKeys;
  }
  if (includes(resources.holds, 'local')) resources.asked = [];
  if (set !== 'none') {
    log(turn, 'info', `Resources being acquired from ${settings.peer}.`);
    if (includes(set, 'foreign'))
      for (const key of settings.foreignKeys) sayAsScript(turn, `Taking over resource group ${key}`);
    begin(turn, 'acquire', resources.holds === 'all' ? 'all' : set, 'takeover');
  }
  if (resources.phase !== 'stable') settle(turn);
}

/** A Heartbeat has a script for this, and log watchers know its lines. */
function sayAsScript(turn: Turn, text: string): void {
  log(turn, 'info', text, 'mach_down');
}

/** Everything of the dead peer runs here (spec cluster.md 4.3). */
export function onTakeoverDone(turn: Turn, set: Holding): void {
  const { resources, peer, settings } = turn.state;
  // It may have been given up meanwhile.
  if (overlaps(resources.holds, set)) {
    if (!settings.legacy && includes(set, 'foreign') && includes(resources.holds, 'foreign'))
      sayAsScript(turn, 'mach_down: nice_failback: foreign resources acquired');
    sayAsScript(turn, `mach_down takeover complete for node ${settings.peer}.`);
    log(turn, 'info', 'mach_down takeover complete.');
  }
  if (!settings.legacy && includes(resources.holds, 'foreign'))
    say(turn, 'resource', ['rsc_hold', 'foreign'], ['info', 'mach_down']);
  if (peer.status === 'dead') resources.peerStable = true;
}
