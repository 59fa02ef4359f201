import { arm64Box } from './arm64-scenario.ts';
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
import { bothCablesCut, cableBad, cableCut } from './cable-scenarios.ts';
import { consoles } from './console-scenarios.ts';
import { cableDoctor } from './doctor-scenarios.ts';
import type { Scenario } from './step.ts';

/** Where every run begins. */
export const BOOT = boot;

/** In the order in which they are played, on one pair of machines that has booted. */
export const SCENARIOS: readonly Scenario[] = [
  powerLoss,
  frozenBox,
  sleepingBox,
  hungAgent,
  bothCablesCut,
  cableCut('serial'),
  cableBad('serial', 'noisy'),
  cableBad('serial', 'slow'),
  cableCut('crossover'),
  cableBad('crossover', 'noisy'),
  cableBad('crossover', 'slow'),
  resetButton,
  kernelPanic,
  diskFullClockLost,
  orderlyShutdown,
];

/** What a technician does there, on one more such pair: `npm run test:rack`. */
export const RACK_SCENARIOS: readonly Scenario[] = [consoles, cableDoctor];

/** On an arm64 box of its own. */
export const ARM64_SCENARIOS: readonly Scenario[] = [arm64Box];
