import { resolve } from 'node:path';
import { listSerialPorts } from '../hw/serial.ts';
import { errorLines, formatDiagnostic } from './config/diagnostic.ts';
import { loadConfig } from './config/load.ts';
import { systemProbe } from './config/probe.ts';
import type { AgentOptions } from './console/command-context.ts';
import { notStarted, notStartedCode } from './console/names/not-configured.ts';
import type { StartReport } from './console/start-report.ts';
import { ServiceManager, serviceVariables } from './notify.ts';
import { keepRefusal } from './refused-start.ts';
import { keptBefore } from './renewal.ts';
import { runAgents } from './succession.ts';

/**
 * Runs the agent until it is told to stop. Resolves with the exit code: 0 after an orderly stop, 6 where its
 * configuration has errors (4: this user may not read it), 1 where it could not start for another reason; `start` is
 * told which.
 */
export async function runAgent(given: AgentOptions, start: StartReport): Promise<number> {
  const variables = serviceVariables();
  const directories = absolute(given);
  const serialPorts = await listSerialPorts();
  const verdict = loadConfig({
    directory: directories.configDir,
    node: directories.node,
    probe: systemProbe(serialPorts),
  });
  const { config, diagnostics } = verdict;
  for (const diagnostic of diagnostics) start.say(formatDiagnostic(diagnostic));
  if (!config) {
    for (const line of notStarted()) start.say(line);
    const [first] = errorLines(diagnostics);
    const service = new ServiceManager({ variables, log: (_, text) => start.say(text) });
    if (first !== undefined) service.status(first);
    await keepRefusal(verdict, directories, start.say);
    return notStartedCode(directories.configDir);
  }
  return runAgents({ config, keeps: keptBefore() }, { options: directories, variables, start });
}

/** Scripts run elsewhere, and the agent may be told to. */
function absolute(given: AgentOptions): AgentOptions {
  const { configDir, stateDir, runDir } = given;
  return { ...given, configDir: resolve(configDir), stateDir: resolve(stateDir), runDir: resolve(runDir) };
}
