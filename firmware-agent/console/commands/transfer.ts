import type { CommandContext, Directories } from '../command-context.ts';
import { request } from '../control-client.ts';
import type { ResourceSet } from '../control-protocol.ts';

/** `twinbeat standby` and `twinbeat takeover`: asks, shows what happens, resolves with 0 when it is done, else 1. */
export async function transfer(
  command: 'standby' | 'takeover',
  set: ResourceSet,
  directories: Directories,
  { terminal }: CommandContext,
): Promise<number> {
  const outcome = await request(directories.runDir, { command, set }, { progress: terminal.out });
  if (outcome.kind === 'answer' && outcome.answer.ok) {
    terminal.out(outcome.answer.text);
    return 0;
  }
  if (outcome.kind === 'answer') terminal.err(outcome.answer.text);
  if (outcome.kind === 'failed') terminal.err(outcome.text);
  return 1;
}
