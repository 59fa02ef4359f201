import type { State } from '../core/state.ts';
import type { Facts } from './event.ts';
import { list, seconds } from './words.ts';

/** How silent the peer is, and what speaks for a cable rather than for its death. */
export interface Silence {
  /** As in `silent on /dev/ttyS0 and x0 for 5.0 s`. */
  readonly text: string;
  readonly facts: Facts;
}

/** @param forged messages with a wrong digest that came in since the peer was last heard */
export function silenceOf(state: State, forged: number): Silence {
  const { now, startedAt, peer } = state;
  const silent = Math.round(now - (peer.lastStatusAt ?? startedAt));
  // What fell silent long before was no surprise.
  const isOld = (lastHeard: number | null) => lastHeard === null || now - lastHeard > silent + peer.deadtime;
  const links = Object.entries(state.links);
  const fresh = links.filter(([, { lastHeard }]) => !isOld(lastHeard)).map(([name]) => name);
  const old = peer.lastStatusAt === null ? [] : links.filter(([, link]) => isOld(link.lastHeard));
  const said =
    peer.lastStatusAt === null
      ? `not heard on ${list(links.map(([name]) => name))} since this node started ${seconds(silent)} ago`
      : `silent on ${list(fresh.length > 0 ? fresh : links.map(([name]) => name))} for ${seconds(silent)}`;
  const remarks = [
    ...(fresh.length > 0 ? old.map(([name]) => `${name} carried nothing before that`) : []),
    ...links.flatMap(([name, { fault }]) => (fault === null ? [] : [`${name} does not work here: ${fault}`])),
    ...links.flatMap(([name, { missing }]) => (missing === null ? [] : [`${name}: ${missing}`])),
    ...(forged > 0 ? [`${forged} message(s) with a wrong key were refused meanwhile`] : []),
  ];
  return {
    text: [said, ...remarks].join('; '),
    facts: { silent, links: links.map(([name]) => name), ...(forged > 0 ? { forged } : {}) },
  };
}

export function countForged({ links }: State): number {
  return Object.values(links).reduce((sum, { rejects }) => sum + rejects.forged.count, 0);
}
