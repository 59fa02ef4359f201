import type { Invariant } from './invariants.ts';
import { inSet, other } from './node-name.ts';

/** What a look saw may be 250 ms old when it is acted upon (`look.ts`); clocks differ. */
const sightAge = 300;

/**
 * With `look`, no takeover brings up an address that a look would have found on the other box: it has power, both are
 * plugged in to the LAN and this node is not blind, all of it for longer than the age of what is acted upon. A frozen
 * or crashed agent does not matter: the kernel answers. Exempt are a human's word and the end of `take-after`; and a group
 * of its own that did not start, which the core tries again with every takeover and does not look for.
 */
const takesOnlyWhatIsFree: Invariant = ({ scenario, world, node, state, before, logged, liedAt }) => {
  if (!scenario.defences.look || liedAt >= 0 || !state || logged.length === 0) return null;
  if (!logged.includes(`Resources being acquired from ${other(node)}.`)) return null;
  if (logged.includes('The takeover is confirmed by a human.') || before?.claim?.confirmed) return null;
  const { takeAfter } = scenario.defences;
  const refusedSince = before?.claim?.refusedSince ?? null;
  if (typeof takeAfter === 'number' && refusedSince !== null && state.now - refusedSince >= takeAfter)
    return null;
  const taken = world.options.groups.find(
    (owner) =>
      world.serves(node, owner) &&
      !before?.served.includes(owner) &&
      !inSet(node, owner, before?.holds ?? 'none') &&
      world.lan.visibleFor(node, owner) > sightAge,
  );
  return taken === undefined ? null : `took the groups of ${taken}, which the other box has on the same LAN`;
};

/**
 * With `releaseIsolated`, who hears neither its peer nor the gateway has nothing up after `isolatedBound`. From it follows
 * for how long both can have an address on the LAN that carries the gateway: a box off the LAN has let go within this
 * bound, so that only one which comes back earlier meets an address that was taken meanwhile; then `rivalsAgree` holds.
 */
const isolatedServesNobody: Invariant = ({ scenario, bounds, world, node, state, cutOff, liedAt }) => {
  if (!scenario.defences.releaseIsolated || !state || liedAt >= 0 || cutOff <= bounds.isolated) return null;
  // An orderly stop is under way already: its scripts come before its addresses.
  if (state.resources.phase === 'shutdown') return null;
  const left = world.machine(node).groups.up;
  if (left.length === 0) return null;
  return `hears nobody for ${Math.round(cutOff)} ms and serves the groups of ${left.join(' and ')}`;
};

/**
 * With `defend`, two that serve the same address on one LAN and do not hear each other by cable end it within
 * `rivalBound`, where the node that must give way runs and has learnt the other's hardware address.
 */
const rivalsAgree: Invariant = ({ scenario, bounds, contested, liedAt }) => {
  if (!scenario.defences.defend || liedAt >= 0 || contested <= bounds.rivals) return null;
  return `both serve, and hear each other claim it, for ${Math.round(contested)} ms`;
};

/** A human's word is carried out in the step that hears it: nothing is left that the node does not hold. */
const wordIsHeeded: Invariant = ({ state, logged }) => {
  if (!logged.includes('The takeover is confirmed by a human.')) return null;
  if (state?.peer.status !== 'dead' || state.stopBy !== null) return null;
  return state.resources.holds === 'all' ? null : `confirmed, and it holds ${state.resources.holds}`;
};

/** What the defences in force promise. */
export const defenceInvariants: Readonly<Record<string, Invariant>> = {
  takesOnlyWhatIsFree,
  isolatedServesNobody,
  rivalsAgree,
  wordIsHeeded,
};
