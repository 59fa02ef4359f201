import type { CommandContext, Directories } from '../command-context.ts';
import { request } from '../control-client.ts';
import type { ResourceSet } from '../control-protocol.ts';

/** A move that somebody asks for. */
type Move =
  | { readonly command: 'standby' | 'takeover'; readonly set: ResourceSet }
  | { readonly command: 'confirm' }
  | { readonly command: 'fence-ack'; readonly node: string };

/** `twinbeat standby`, `twinbeat takeover` and `twinbeat fence-ack`: asks, shows what happens, resolves with 0 when it is done, else 1. */
export async function transfer(
  move: Move,
  directories: Directories,
  { terminal }: CommandContext,
): Promise<number> {
  const outcome = await request(directories.runDir, move, { progress: terminal.out });
  if (outcome.kind === 'answer' && outcome.answer.ok) {
    terminal.out(outcome.answer.text);
    return 0;
  }
  if (outcome.kind === 'answer') terminal.err(outcome.answer.text);
  if (outcome.kind === 'failed') terminal.err(outcome.text);
  return 1;
}
