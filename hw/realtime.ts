import { readFileSync, writeFileSync } from 'node:fs';
import { binding } from './binding.ts';

const oomScoreFile = '/proc/self/oom_score_adj';

/** How the kernel treats this process among others. What it refuses is thrown, with `code`. */
export interface Precedence {
  /** The main thread goes before ordinary ones until it has run for `stretch` ms without a pause. 1..99. */
  enter(priority: number, stretch: number): void;
  leave(): void;
  isRealtime(): boolean;
  /** What children inherit: ms, or 0 for none. */
  limitStretch(stretch: number): void;
  /** Keeps program, libraries, first heap and stack in RAM, each page once it was used. What V8 maps for itself cannot be locked. */
  lockMemory(): void;
  unlockMemory(): void;
  /** -1000: never killed for want of memory; 1000: first. Inherited by children. */
  oomScore(): number;
  setOomScore(score: number): void;
}

/** That of this process. */
export const precedence: Precedence = {
  enter: (priority, stretch) => binding().realtimeEnter(priority, stretch),
  leave: () => binding().realtimeLeave(),
  isRealtime: () => binding().realtimeInForce(),
  limitStretch: (stretch) => binding().realtimeStretch(stretch),
  lockMemory: () => binding().lockMemory(),
  unlockMemory: () => binding().unlockMemory(),
  oomScore: () => Number(readFileSync(oomScoreFile, 'utf8')),
  setOomScore: (score) => writeFileSync(oomScoreFile, String(score)),
};
