import type { Defences } from '../../firmware-agent/core/settings.ts';
import type { Random } from '../unit/support/random.ts';
import type { Armed } from './defence-sets.ts';
import type { WorldOptions } from './world-options.ts';

/** Both knew `twinbeat=1` long before they knew a lock or a fence. */
const version: Partial<WorldOptions> = { old: null };

/** Milliseconds from a reset until the agent starts. */
function drawBootTime(random: Random): number {
  return 10_000 + random.below(20_001);
}

/**
 * A disk that both reach, and a watchdog that resets a box after a third of the lease at most: as ha.cf has it, deadtime in whole
 * seconds; or a quicker device.
 */
export function locked(
  random: Random,
  { deadtime, keepalive }: WorldOptions,
  defences: Partial<Defences>,
): Armed {
  const ofHaCf = Math.ceil((deadtime + 10) / 1000) * 1000;
  const watchdog = random.pick([ofHaCf, Math.min(ofHaCf, Math.max(1000, 3 * keepalive))]);
  const lease = Math.round(3 * watchdog * random.pick([1, 1.1, 1.5, 2]));
  return {
    defences: { ...defences, lock: lease },
    boxes: { ...version, legacy: false, watchdog, bootTime: drawBootTime(random) },
  };
}

/** A device for each box, by which the other resets it. */
export function fenced(random: Random, defences: Partial<Defences>): Armed {
  return {
    defences: { ...defences, fence: true },
    boxes: { ...version, fenceTime: 500 + random.below(4500), bootTime: drawBootTime(random) },
  };
}
