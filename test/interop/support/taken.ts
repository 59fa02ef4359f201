import { bootBoth, type Step } from './play.ts';
import { bothBoot } from './steps.ts';

/** A story's first step where the crossover is in somebody's hands, who behaves as yet. */
export const bothBootOnTakenCable: Step = {
  ...bothBoot,
  act: async (pair) => {
    await pair.crossover();
    await bootBoth(pair);
  },
};
