import { hostname } from 'node:os';
import type { Directories, Terminal } from '../command-context.ts';
import { findRunning } from './running.ts';

/** `heartbeat -s`: 0 running, 1 ended without taking its pid file away, 3 not running, as the LSB has it for init scripts. */
export async function heartbeatStatus({ runDir }: Directories, terminal: Terminal): Promise<number> {
  const running = await findRunning(runDir);
  if (!running.runs) {
    terminal.out('heartbeat is stopped. No process');
    return running.stale ? 1 : 3;
  }
  const host = hostname();
  const node = running.report?.node ?? host;
  terminal.out(`heartbeat OK [pid ${running.pid} et al] is running on ${host} [${node}]...`);
  return 0;
}
