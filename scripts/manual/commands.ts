import type { Command } from 'commander';
import type { CommandContext } from '../../firmware-agent/console/command-context.ts';
import { commandTree } from '../../firmware-agent/console/command-line.ts';

/** The commands of twinbeat, to be described: none of them is run, so nothing is needed around them. */
export function commandsToDescribe(): Command {
  return commandTree({} as CommandContext, () => {});
}
