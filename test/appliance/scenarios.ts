import {
  boot,
  diskFullClockLost,
  frozenBox,
  hungAgent,
  kernelPanic,
  orderlyShutdown,
  powerLoss,
  resetButton,
  sleepingBox,
} from './box-scenarios.ts';
import { badSerialCableOnly, bothCables, cableCut } from './cable-scenarios.ts';
import type { Scenario } from './step.ts';

/** In the order in which they are played, on one pair of machines. */
export const SCENARIOS: readonly Scenario[] = [
  boot,
  powerLoss,
  frozenBox,
  sleepingBox,
  hungAgent,
  bothCables,
  cableCut('serial'),
  cableCut('crossover'),
  resetButton,
  kernelPanic,
  diskFullClockLost,
  orderlyShutdown,
  badSerialCableOnly,
];
