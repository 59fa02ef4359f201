import { lateReset } from './disk-faults.ts';
import type { Fault, FaultClass } from './plan.ts';
import type { Scenario } from './scenario.ts';

/** The core's own times, in ms: `lock.ts`, `fence.ts`. */
const leastPatience = 30_000;
const leastPause = 10_000;
const secondShot = 10_000;
const fenceAgain = 5000;
/** Of two that want to give to each other at once the first tries again after this, and then a script runs. */
const giveAgain = 10_000 + 60_000;

/** A healthy disk's requests, and what asks it twice: far more than they take. */
const diskTime = 1000;

/** A box that is reset at the last moment: until it is, and until its agent starts. */
function resetTime({ watchdog, bootTime }: Scenario): number {
  return (watchdog ?? 0) + (bootTime ?? 0);
}

/**
 * What a lock and a fence add until a pair is at rest, or one that is alone serves everything, in true ms.
 *
 * A lease that nobody frees ends after 1.4 of its length; a write of `free` that failed is waited for as long as a lease; what
 * did not stop is tried again after one; a node that waits for a lock which the other has gives up after three. Where both
 * took what prefers the other, as its disk was ill, both give it back at once, and again.
 * A fence may begin anew, as the second shot; and whatever was reset last must boot.
 */
export function guardTime(scenario: Scenario): number {
  const { lock, fence } = scenario.defences;
  const lease = lock ?? 0;
  const locking =
    lock == null
      ? 0
      : 2.4 * lease + Math.max(leastPause, lease) + Math.max(leastPatience, 3 * lease) + giveAgain + diskTime;
  const fencing = fence ? secondShot + 2 * (fenceAgain + scenario.fenceTime) : 0;
  return locking + fencing + resetTime(scenario);
}

/** An agent that does not run, or a script that does not stop in time, is a matter for the watchdog. */
const forTheWatchdog: readonly FaultClass[] = [
  'freeze',
  'agent crash',
  'slow node',
  'slow scripts',
  'failing scripts',
  'hanging scripts',
];

/**
 * What does not stop, and nobody resets for it. An agent that starts after a crash clears addresses away; scripts are stopped by
 * one that has locks alone.
 */
const unstoppable: readonly FaultClass[] = [
  'failing scripts',
  'hanging scripts',
  'lying scripts',
  'agent crash',
];

/** For how long something of a group may run on both boxes, in true ms; null: that is not promised. */
export function overlapBound(scenario: Scenario, plan: readonly Fault[]): number | null {
  // A Heartbeat asks for no lock, and fences nobody.
  if (scenario.heartbeat !== null) return null;
  const has = (...kinds: readonly FaultClass[]) => plan.some(({ kind }) => kinds.includes(kind));
  const { lock, fence } = scenario.defences;
  if (lock == null) return fence && !has(...unstoppable) ? 0 : null;
  // The watchdog hears from the next process of the agent, which does not know that what it cannot stop had a lock.
  if (has('failing scripts', 'hanging scripts') && has('agent crash')) return null;
  if (has('watchdog absent')) return has(...forTheWatchdog) || !stopsInTime(scenario, lock) ? null : 0;
  return has('watchdog slow') ? lateReset : 0;
}

/** A start that is under way is finished before the stop script runs. */
function stopsInTime({ scriptTime }: Scenario, lease: number): boolean {
  return scriptTime.start + scriptTime.stop < 0.98 * (lease / 3);
}
