import { readFileSync, writeFileSync } from 'node:fs';
import { binding } from './binding.ts';

const oomScoreFile = '/proc/self/oom_score_adj';
/** CAP_IPC_LOCK of linux/capability.h. */
const ipcLock = 1n << 14n;

/** How the kernel treats this process among others. What it refuses is thrown, with `code`. */
export interface Precedence {
  /** The main thread goes before ordinary ones until it has run for `stretch` ms without a pause. 1..99. */
  enter(priority: number, stretch: number): void;
  leave(): void;
  isRealtime(): boolean;
  /** What children inherit: ms, or 0 for none. */
  limitStretch(stretch: number): void;
  /** Keeps in RAM all memory that is used, now and later. */
  lockMemory(): void;
  unlockMemory(): void;
  /** -1000: never killed for want of memory; 1000: first. Inherited by children. */
  oomScore(): number;
  setOomScore(score: number): void;
  /** With its compiler V8 aborts, sooner or later, in a process whose memory is locked. */
  isJitless(): boolean;
}

/** That of this process. */
export const precedence: Precedence = {
  enter: (priority, stretch) => binding().realtimeEnter(priority, stretch),
  leave: () => binding().realtimeLeave(),
  isRealtime: () => binding().realtimeInForce(),
  limitStretch: (stretch) => binding().realtimeStretch(stretch),
  lockMemory() {
    // With a bound that is not reached yet a later allocation would fail, and V8 abort.
    if (!mayLockAll()) throw new Error('EPERM: the memory that may be locked is bounded');
    binding().lockMemory();
  },
  unlockMemory: () => binding().unlockMemory(),
  oomScore: () => Number(readFileSync(oomScoreFile, 'utf8')),
  setOomScore: (score) => writeFileSync(oomScoreFile, String(score)),
  isJitless: () => process.execArgv.includes('--jitless'),
};

function mayLockAll(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (effective !== undefined && (BigInt(`0x${effective}`) & ipcLock) !== 0n) return true;
  return /^Max locked memory\s+unlimited/m.test(readFileSync('/proc/self/limits', 'utf8'));
}
