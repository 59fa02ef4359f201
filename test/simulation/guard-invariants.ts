import { leaseTiming } from '../../firmware-agent/lock/timing.ts';
import type { Invariant } from './invariants.ts';
import { other } from './node-name.ts';

/** Clocks of the boxes differ from true time by up to a hundredth. */
const clockError = 1.02;

/**
 * With a lock or a fence nothing of a group ever runs on both boxes, on the LAN or off it. What bounds it instead, and where
 * nothing is promised, says `overlapBound`; a script that lied that it stopped something is nobody's fault.
 */
const neverRunByBoth: Invariant = ({ bounds, world, liedAt }) => {
  const { overlap } = world.running;
  if (bounds.overlap === null || overlap === null || overlap.from <= liedAt) return null;
  const length = (overlap.until ?? world.clock.now) - overlap.from;
  if (length <= bounds.overlap) return null;
  return `the groups of ${overlap.owner} have run on both boxes since ${Math.round(overlap.from)} ms`;
};

/** Who is told that its lock is lost runs nothing of what it protects after a third of the lease, or its box was reset. */
const loserLetsGo: Invariant = ({ scenario, bounds, world, liedAt }) => {
  const { overdue } = world.running;
  const { lock } = scenario.defences;
  if (lock == null || overdue === null || bounds.overlap !== 0 || overdue.since <= liedAt) return null;
  const late = world.clock.now - overdue.since;
  if (late <= clockError * leaseTiming(lock).release) return null;
  const { node, owner } = overdue;
  return `${node} lost the lock ${Math.round(late)} ms ago and still runs the groups of ${owner}`;
};

/**
 * With a fence nothing is taken from a box that is silent before its device said that it was reset, since it is silent. Exempt is
 * who gave way to the other, sees it on the LAN, and takes only what that does not have.
 */
const takesOnlyWhatIsFenced: Invariant = ({ scenario, world, node, state, before, logged }) => {
  if (!scenario.defences.fence || logged.length === 0) return null;
  if (!logged.includes(`Resources being acquired from ${other(node)}.`)) return null;
  const claim = before?.claim ?? null;
  if (claim === null || claim.yielded || state?.peer.status !== 'dead' || state.peer.left) return null;
  const fencedAt = world.fencedAt[node] * world.machine(node).rate;
  return fencedAt >= claim.since ? null : 'took what a box had that was not fenced';
};

/** A loss is told before what waits in the sockets of a node that was held up is read: for a moment the peer is silent. */
export function isLossTold(logged: readonly string[]): boolean {
  return logged.some((text) => text.startsWith('Disk lock of') && text.includes(' lost: '));
}

/** What the lock and the fence promise. */
export const guardInvariants: Readonly<Record<string, Invariant>> = {
  neverRunByBoth,
  loserLetsGo,
  takesOnlyWhatIsFenced,
};
