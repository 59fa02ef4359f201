import type { CommandContext, Directories } from '../command-context.ts';
import { request } from '../control-client.ts';
import { findNeighbours } from '../neighbours.ts';
import type { StatusReport } from '../report.ts';
import { statusScreen } from '../status-screen.ts';

/** `twinbeat status [--json]`: what the agent knows, once. Resolves with the exit code: 1 where no agent answers. */
export async function status(
  directories: Directories,
  json: boolean,
  { terminal, machine }: CommandContext,
): Promise<number> {
  const outcome = await request(directories.runDir, { command: 'status' });
  if (outcome.kind !== 'status') {
    terminal.err(outcome.kind === 'failed' ? outcome.text : outcome.answer.text);
    return 1;
  }
  terminal.out(json ? JSON.stringify(outcome.status, null, 2) : await screen(outcome.status, machine));
  return 0;
}

async function screen(report: StatusReport, machine: CommandContext['machine']): Promise<string> {
  return statusScreen(report, { neighbours: await findNeighbours(report, machine.neighbour) });
}
