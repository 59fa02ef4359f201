import { setTimeout as sleep } from 'node:timers/promises';
import type { Directories, Terminal } from '../command-context.ts';
import { findRunning, isAlive } from './running.ts';
import { reasonOf } from './say.ts';

/** Milliseconds between two looks at what has been told to end. */
const pace = 100;

/**
 * `heartbeat -k`: tell the agent to end and wait until it has, however long its resources take, as Heartbeat does. 0 also where
 * none ran; 4 where this user may not.
 */
export async function heartbeatStop({ runDir }: Directories, terminal: Terminal): Promise<number> {
  const running = await findRunning(runDir);
  if (!running.runs) {
    terminal.err('INFO: Heartbeat already stopped.');
    return 0;
  }
  const { pid } = running;
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 0;
    terminal.err(`ERROR: Could not kill pid ${pid} : ${reasonOf(error)}`);
    return 4;
  }
  while (isAlive(pid)) await sleep(pace);
  return 0;
}
