import type { ResourceSet } from '../../../firmware-agent/console/control-protocol.ts';
import type { MixedPair } from '../../../scripts/laboratory/mixed.ts';
import { other, type Seat } from '../../../scripts/laboratory/seat.ts';
import { GROUP, type PairSettings } from '../../../scripts/laboratory/settings.ts';
import type { Holdings } from './look.ts';
import { bootBoth, type Step } from './play.ts';

/** Quick enough for tests, slow enough for a busy machine. */
export const TIMES = { keepalive: 500, deadtime: 3000, initdead: 6000 };

/** A group for each node. */
export const TWO_GROUPS: Partial<PairSettings> = {
  haresources: `nodea ${GROUP}\nnodeb IPaddr::10.78.0.101/24/eth0\n`,
};

/** Ours takes what a silent peer had without a look at the LAN, and keeps it against a rival, as a real one does. */
export const HEARTBEATS_WAYS: Partial<PairSettings> = { twinbeat: ['look-before-take off', 'defend off'] };

/**
 * What a takeover may cost, and a planned move. The scripts of the real one take seconds on a busy machine; what is told
 * from that is the ten seconds for which a starting node waits, which nobody should see.
 */
export const TAKEOVER = TIMES.deadtime + 8000;
export const PLANNED = 8000;
/** Nothing moves: a busy machine may keep the client waiting all the same. */
export const NOTHING = 1000;

/** Each holds its own groups; with the one group of `settings.ts` that is nodea's. */
export const EACH_ITS_OWN: Holdings = { nodea: 'local', nodeb: 'local' };
export const ALL_ON: Readonly<Record<Seat, Holdings>> = {
  nodea: { nodea: 'all', nodeb: 'none' },
  nodeb: { nodea: 'none', nodeb: 'all' },
};
/** The other one has no daemon. */
export const ONLY: Readonly<Record<Seat, Holdings>> = {
  nodea: { nodea: 'all', nodeb: null },
  nodeb: { nodea: null, nodeb: 'all' },
};

export const bothBoot: Step = {
  title: 'both boot',
  act: bootBoth,
  holdings: EACH_ITS_OWN,
  owner: 'nodea',
};

/** A box gets power again, or for the first time, while the other serves. */
export function joins(seat: Seat, holdings = EACH_ITS_OWN, owner: Seat = 'nodea'): Step {
  const moves = seat === owner;
  return {
    title: `${seat} joins`,
    act: (pair) => pair.nodes[seat].boot(),
    holdings,
    owner,
    limit: moves ? PLANNED : NOTHING,
  };
}

export function bootsAlone(seat: Seat): Step {
  return {
    title: `${seat} boots alone`,
    act: (pair) => pair.nodes[seat].boot(),
    holdings: ONLY[seat],
    owner: seat,
  };
}

/** A box without power: the other has all. `serving`: who answered the client before. */
export function losesPower(seat: Seat, serving: Seat = 'nodea'): Step {
  return {
    title: `${seat} loses its power`,
    act: (pair) => pair.nodes[seat].kill(),
    holdings: ONLY[other(seat)],
    owner: other(seat),
    limit: seat === serving ? TAKEOVER : NOTHING,
  };
}

/** Power gone and back before anybody is dead. */
export function blinks(seat: Seat): Step {
  return {
    title: `${seat} restarts before deadtime`,
    act: async (pair) => {
      await pair.nodes[seat].kill();
      await pair.nodes[seat].boot();
    },
    holdings: EACH_ITS_OWN,
    owner: 'nodea',
    limit: seat === 'nodea' ? TAKEOVER : NOTHING,
  };
}

/** A daemon ends gracefully on a box that lives on; the other takes all. */
export function stops(seat: Seat, serving: Seat = 'nodea'): Step {
  return {
    title: `${seat} is stopped`,
    act: (pair) => pair.nodes[seat].stop(),
    holdings: ONLY[other(seat)],
    owner: other(seat),
    limit: seat === serving ? PLANNED : NOTHING,
  };
}

export function starts(seat: Seat, holdings = EACH_ITS_OWN, owner: Seat = 'nodea'): Step {
  return {
    title: `${seat} is started`,
    act: async (pair) => pair.nodes[seat].startDaemon(),
    holdings,
    owner,
    limit: PLANNED,
  };
}

/** What a person asks a node for. */
export function asks(verb: 'standby' | 'takeover', seat: Seat, set: ResourceSet, holdings: Holdings): Step {
  return {
    title: `${verb} ${set} on ${seat}`,
    act: (pair) => pair.nodes[seat][verb](set),
    holdings,
    owner: holdings.nodea === 'local' || holdings.nodea === 'all' ? 'nodea' : 'nodeb',
    limit: PLANNED,
  };
}

export async function cutBoth(pair: MixedPair): Promise<void> {
  await Promise.all([pair.network.cut('crossover'), pair.serial.cut()]);
}

export async function mendBoth(pair: MixedPair): Promise<void> {
  await Promise.all([pair.network.mend('crossover'), pair.serial.mend()]);
}
