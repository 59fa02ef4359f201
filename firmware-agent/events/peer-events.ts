import type { LinkState, PeerState } from '../core/state.ts';
import type { Happened } from './event.ts';
import type { Observation } from './observation.ts';
import { silenceOf } from './silence.ts';
import { list, seconds } from './words.ts';

/** What became of the other node. @param forged as for `silenceOf` */
export function peerEvents({ before, after }: Observation, forged: number): Happened[] {
  const { peer: name, warntime } = after.settings;
  const was = before.peer;
  const is = after.peer;
  const told: Happened[] = [];
  if (is.generation > was.generation && was.generation > 0)
    told.push({ kind: 'peer-restarted', text: `${name} started anew`, facts: { peer: name } });
  if (is.left && !was.left)
    told.push({ kind: 'peer-stops', text: `${name} stopped in an orderly way`, facts: { peer: name } });
  if (is.status !== was.status) told.push(...newStatus(name, was, is, after.now));
  if (is.status === 'dead' && was.status !== 'dead' && !is.left) {
    const { text, facts } = silenceOf(after, forged);
    told.push({ kind: 'peer-dead', text: `${name} is dead: ${text}`, facts: { peer: name, ...facts } });
  }
  const isSameLife = is.generation === was.generation && was.status !== 'dead';
  const gap = (is.lastStatusAt ?? 0) - (was.lastStatusAt ?? 0);
  if (was.lastStatusAt !== null && is.lastStatusAt !== null && isSameLife && gap > warntime)
    told.push({
      kind: 'late',
      text: `a heartbeat of ${name} came ${seconds(gap)} after the one before (warntime ${seconds(warntime)})`,
      facts: { peer: name, gap: Math.round(gap) },
    });
  return told;
}

function newStatus(name: string, was: PeerState, is: PeerState, now: number): Happened[] {
  if (is.status === 'dead') return [];
  if (was.status === 'dead') {
    const silent = was.lastStatusAt === null ? '' : ` after ${seconds(now - was.lastStatusAt)}`;
    return [{ kind: 'peer-up', text: `${name} is heard again${silent}`, facts: { peer: name } }];
  }
  if (is.status === 'active')
    return [{ kind: 'peer-active', text: `${name} is active`, facts: { peer: name } }];
  const isFirst = was.lastStatusAt === null && was.generation === 0;
  return isFirst ? [{ kind: 'peer-up', text: `${name} is heard`, facts: { peer: name } }] : [];
}

/** What became of the cables. */
export function linkEvents({ before, after }: Observation): Happened[] {
  const told: Happened[] = [];
  for (const name in after.links) {
    const was = before.links[name];
    const is = after.links[name];
    if (!was || !is) continue;
    if (was.fault !== is.fault) told.push(newFault(name, is.fault));
    if (was.missing !== is.missing) told.push(newSignal(name, is.missing));
    if (was.up !== is.up) told.push(...newLink(name, was, is, after));
  }
  return told;
}

function newFault(link: string, fault: string | null): Happened {
  const text = fault === null ? `${link} works again` : `${link} does not work: ${fault}`;
  return { kind: 'medium', text, facts: { link, fault } };
}

function newSignal(link: string, missing: string | null): Happened {
  const text = missing === null ? `${link} has its signal again` : `${link}: ${missing}`;
  return { kind: 'medium', text, facts: { link, missing } };
}

function newLink(link: string, was: LinkState, is: LinkState, after: Observation['after']): Happened[] {
  const { settings, links, peer, now } = after;
  if (is.up) {
    const again = was.lastHeard === null ? '' : ` again after ${seconds(now - was.lastHeard)}`;
    return [
      { kind: 'link-up', text: `${settings.peer} is heard on ${link}${again}`, facts: { link, up: true } },
    ];
  }
  // That a dead peer is heard nowhere was told.
  if (peer.status === 'dead' || peer.left) return [];
  const silent = Math.round(now - (is.lastHeard ?? after.startedAt));
  const others = Object.keys(links).filter((other) => links[other]?.up);
  const rest = others.length > 0 ? `it is heard on ${list(others)}` : 'no cable is left';
  const text = `${settings.peer} is silent on ${link} for ${seconds(silent)}; ${rest}`;
  return [{ kind: 'link-down', text, facts: { link, up: false, silent } }];
}

/** What became of the ping nodes. */
export function pingEvents({ before, after }: Observation): Happened[] {
  const told: Happened[] = [];
  for (const name in after.pings) {
    const was = before.pings[name]?.status;
    const is = after.pings[name]?.status;
    if (was === is || is === undefined) continue;
    told.push(
      is === 'ping'
        ? { kind: 'ping-up', text: `ping node ${name} answers`, facts: { ping: name } }
        : { kind: 'ping-down', text: `ping node ${name} does not answer`, facts: { ping: name } },
    );
  }
  return told;
}
