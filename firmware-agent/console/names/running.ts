import { readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '../control-client.ts';
import { readPid } from '../pid-file.ts';
import type { StatusReport } from '../report.ts';

/** Whether an agent runs on a run directory. */
export type Running =
  /** `report` is null where it is still starting, or answers nobody of this user's kind. */
  | { readonly runs: true; readonly pid: number; readonly report: StatusReport | null }
  /** `stale`: it ended without taking its pid file away. */
  | { readonly runs: false; readonly stale: boolean };

/** An agent that starts anew to read its files is not heard meanwhile; milliseconds. */
const patience = 3000;
const pace = 100;

/**
 * The agent itself is asked; its pid file is believed only where it cannot be, since the pid of a dead agent may be
 * another process's by now.
 */
export async function findRunning(runDir: string): Promise<Running> {
  for (let waited = 0; ; waited += pace) {
    const outcome = await request(runDir, { command: 'status' });
    if (outcome.kind === 'status') return { runs: true, pid: outcome.status.pid, report: outcome.status };
    const pid = readPid(runDir);
    if (pid === null || !isAlive(pid)) return { runs: false, stale: pid !== null };
    const heard = outcome.kind === 'answer' || outcome.reason !== 'not running';
    if (heard) return { runs: true, pid, report: null };
    if (!isOurs(pid)) return { runs: false, stale: true };
    if (waited >= patience) return { runs: true, pid, report: null };
    await sleep(pace);
  }
}

/** What the pid file alone tells, to whom the agent tells nothing. */
export function hasLivePid(runDir: string): boolean {
  const pid = readPid(runDir);
  return pid !== null && isAlive(pid);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** It runs the same program as this process. */
function isOurs(pid: number): boolean {
  try {
    // A program that was replaced on the disk runs on.
    const [its, own] = [pid, process.pid].map((of) =>
      readlinkSync(`/proc/${of}/exe`).replace(/ \(deleted\)$/, ''),
    );
    return its === own;
  } catch {
    // Not this user's process: then nothing is known of it, and not being heard counts.
    return false;
  }
}
