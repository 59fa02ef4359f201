import { readFileSync } from 'node:fs';

/** Waits, as long as a busy machine may need. */
export async function until(condition: () => boolean): Promise<boolean> {
  for (let count = 0; count < 1_000; count += 1) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

/** True where a process is gone, or nothing but a corpse. */
export function isGone(pid: string): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid.trim()}/status`, 'utf8'));
  } catch {
    return true;
  }
}
