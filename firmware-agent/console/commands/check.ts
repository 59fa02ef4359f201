import { errorText } from '../../../hw/error.ts';
import type { Config } from '../../config/config.ts';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { formatDiagnostic } from '../../config/diagnostic.ts';
import { loadConfig } from '../../config/load.ts';
import { systemProbe } from '../../config/probe.ts';
import type { CommandContext, Directories } from '../command-context.ts';
import { configSummary } from '../config-summary.ts';

/**
 * `twinbeat check`: every fault of the configuration at once, or what it means. Resolves with 0 where it may start.
 * `meaning`: the configuration in words.
 */
export async function check(
  directories: Directories,
  { terminal, machine }: CommandContext,
  meaning: (config: Config) => string = configSummary,
): Promise<number> {
  const { config, diagnostics } = loadConfig({
    directory: directories.configDir,
    node: directories.node,
    probe: systemProbe(await machine.serialPorts(), await broadcastless(machine, terminal)),
  });
  for (const diagnostic of diagnostics) terminal.err(formatDiagnostic(diagnostic));
  if (!config) {
    terminal.err(`${directories.configDir}: ${tally(diagnostics, 'error')}: nothing would be started`);
    return 1;
  }
  terminal.out(`${directories.configDir}: valid, ${tally(diagnostics, 'warning')}`);
  terminal.out(meaning(config));
  return 0;
}

/** Where the addresses cannot be listed all the rest can be checked. */
async function broadcastless(
  machine: CommandContext['machine'],
  terminal: CommandContext['terminal'],
): Promise<readonly string[]> {
  try {
    return await machine.broadcastless();
  } catch (error) {
    terminal.err(`broadcast addresses are not checked: ${errorText(error)}`);
    return [];
  }
}

function tally(diagnostics: readonly Diagnostic[], severity: 'error' | 'warning'): string {
  const count = diagnostics.filter((d) => d.severity === severity).length;
  return `${count} ${severity}${count === 1 ? '' : 's'}`;
}
