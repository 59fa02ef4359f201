import type { Holding } from '../../firmware-agent/core/holding.ts';
import type { Claim, State } from '../../firmware-agent/core/state.ts';
import { answerBound, type Bounds, mostAtOnce, sizes } from './bounds.ts';
import { defenceInvariants } from './defence-invariants.ts';
import { guardInvariants, isLossTold } from './guard-invariants.ts';
import type { Hearing } from './hearing.ts';
import { type NodeName, other } from './node-name.ts';
import type { Operators } from './operators.ts';
import type { Scenario } from './scenario.ts';
import type { Service } from './service.ts';
import type { World } from './world.ts';

/** One step of a node's core has been taken: what an invariant may look at. */
export interface Moment {
  readonly scenario: Scenario;
  readonly bounds: Bounds;
  /** Scripts fail, hang or lie in this run. */
  readonly scriptsFail: boolean;
  /** For how long the node has been well and alone, true ms. */
  readonly alone: number;
  /** For how long the node, which runs, has heard neither its peer nor the gateway, true ms. */
  readonly cutOff: number;
  /** For how long both have had an address which the one that it does not prefer should give up, true ms. */
  readonly contested: number;
  readonly world: World;
  readonly service: Service;
  readonly hearing: Hearing;
  readonly operators: Operators;
  /** When a script last might have lied: what is served is not what the agents were told. */
  readonly liedAt: number;
  readonly node: NodeName;
  /** Null: this life is over. */
  readonly state: State | null;
  /** How this life was after the step before; null: this is its first. */
  readonly before: Before | null;
  /** True ms since the step before in this life; 0 in the first. */
  readonly slept: number;
  /** How many steps this node has taken at this very time. */
  readonly stepsAtOnce: number;
  /** What the node logged in this step. */
  readonly logged: readonly string[];
}

export interface Before {
  readonly claim: Claim | null;
  readonly holds: Holding;
  /** The owners of the groups that the box had up. */
  readonly served: readonly NodeName[];
}

/** Says what does not hold; null: all is well. */
export type Invariant = (moment: Moment) => string | null;

/**
 * Nobody serves an address that the other serves, unless the two do not hear each other, or did not within
 * `doubleBound`. Every planned move is exempt from nothing: the giver's address is gone before the taker's comes.
 * To hear each other: in each direction a new heartbeat came to a running agent within deadtime, by whatever cable; neither
 * what comes to it waits there for longer than that, nor is a word with its answer on its way for so long.
 */
const servedByOne: Invariant = ({ bounds, world, service, hearing, liedAt }) => {
  const owner = service.doubled();
  if (owner === null) return null;
  const together = world.clock.now - Math.max(hearing.apartAt, liedAt);
  if (together <= bounds.double) return null;
  return `both serve the groups of ${owner}, although they have heard each other for ${Math.round(together)} ms`;
};

/** A node is declared dead after deadtime of silence, never before: one heartbeat by one cable is enough. */
const deadAfterSilence: Invariant = ({ scenario, hearing, node, logged }) => {
  if (logged.length === 0) return null;
  const peer = other(node);
  if (!logged.includes(`node ${peer}: is dead`)) return null;
  const silence = hearing.silence(node);
  if (silence >= hearing.patience || isLossTold(logged)) return null;
  return `${peer} is declared dead after ${Math.round(silence)} ms of silence, deadtime is ${scenario.deadtime} ms`;
};

/** Only a node that was held up thinks that it slept. */
const sleptOnlyWhenHeldUp: Invariant = ({ world, node, logged, scenario }) => {
  if (!logged.some((text) => text.startsWith('No local heartbeat'))) return null;
  const { now } = world.clock;
  if (now - world.machine(node).heldUpAt <= scenario.deadtime) return null;
  return 'a node that was not held up believes that it slept';
};

/** A node that is well serves everything, once the other box has had no power for `aloneBound`. */
const survivorServes: Invariant = ({ bounds, world, node, state, alone, scriptsFail }) => {
  if (alone <= bounds.alone || scriptsFail || state?.stopBy !== null) return null;
  const without = world.options.groups.find((owner) => !world.serves(node, owner));
  if (without === undefined) return null;
  return `alone for ${Math.round(alone)} ms, and it does not serve the groups of ${without}`;
};

/** A life that ends on purpose leaves no address behind: the peer may take it from that moment on. */
const endsWithNothing: Invariant = ({ world, node, state, liedAt }) => {
  if (state !== null || liedAt >= 0) return null;
  const left = world.machine(node).groups.up;
  return left.length === 0
    ? null
    : `its life is over, and it still serves the groups of ${left.join(' and ')}`;
};

/** A node that was held up for more than deadtime lets go of its addresses with its first step. */
const sleeperLetsGo: Invariant = ({ world, node, scenario, slept, liedAt }) => {
  if (slept * world.machine(node).rate <= scenario.deadtime + scenario.keepalive || liedAt >= 0) return null;
  const left = world.machine(node).groups.up;
  if (left.length === 0) return null;
  return `it slept for ${Math.round(slept)} ms and still serves the groups of ${left.join(' and ')}`;
};

/** A node whose deadline stays in the past would keep its box busy for ever. */
const timeGoesOn: Invariant = ({ stepsAtOnce }) =>
  stepsAtOnce <= mostAtOnce ? null : `${stepsAtOnce} steps at one moment`;

/** The core's own assertions. */
const coreIsSound: Invariant = ({ logged }) =>
  logged.find((text) => text.startsWith('broken invariant')) ?? null;

/** A command is answered, or the core remembers that it must be; and it is answered in time. */
const commandsAnswered: Invariant = ({ operators, world, node, state }) => {
  if (operators.areNone) return null;
  for (const { id, since } of operators.waiting(node)) {
    // The loss of a lock is told before the command that came at this moment.
    if (state?.command?.id !== id && since < world.clock.now) return `command ${id} is forgotten`;
    const waits = world.clock.now - since;
    if (waits > answerBound) return `command ${id} has waited for ${Math.round(waits)} ms`;
  }
  return null;
};

/** Nothing grows without end. */
const stateIsBounded: Invariant = ({ state }) => {
  if (!state) return null;
  const { peer, resources, resent } = state;
  if (peer.missing.size > sizes.missing) return `${peer.missing.size} missing messages`;
  if (resent.size > sizes.resent) return `${resent.size} messages sent again`;
  if (resources.jobs.length > sizes.jobs) return `${resources.jobs.length} jobs`;
  if (peer.recentBeats.length > sizes.recentBeats) return `${peer.recentBeats.length} heartbeats`;
  if (resources.reports.length > sizes.reports) return `${resources.reports.length} reports`;
  return null;
};

/** Looked at after every step, by name. */
export const invariants: Readonly<Record<string, Invariant>> = {
  servedByOne,
  deadAfterSilence,
  sleptOnlyWhenHeldUp,
  survivorServes,
  endsWithNothing,
  sleeperLetsGo,
  timeGoesOn,
  coreIsSound,
  commandsAnswered,
  stateIsBounded,
  ...defenceInvariants,
  ...guardInvariants,
};
