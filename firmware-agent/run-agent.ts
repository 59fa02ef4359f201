import { resolve } from 'node:path';
import { listSerialPorts } from '../hw/serial.ts';
import { Agent } from './agent.ts';
import { formatDiagnostic } from './config/diagnostic.ts';
import { loadConfig } from './config/load.ts';
import { systemProbe } from './config/probe.ts';
import type { AgentOptions } from './console/command-context.ts';
import { notStarted, notStartedCode } from './console/names/not-configured.ts';
import type { StartReport } from './console/start-report.ts';

/**
 * Runs the agent until it is told to stop. Resolves with the exit code: 0 after an orderly stop, 6 where its
 * configuration has errors (4: this user may not read it), 1 where it could not start for another reason; `start` is
 * told which.
 */
export async function runAgent(given: AgentOptions, start: StartReport): Promise<number> {
  const directories = absolute(given);
  const serialPorts = await listSerialPorts();
  const { config, diagnostics } = loadConfig({
    directory: directories.configDir,
    node: directories.node,
    probe: systemProbe(serialPorts),
  });
  for (const diagnostic of diagnostics) start.say(formatDiagnostic(diagnostic));
  if (!config) {
    for (const line of notStarted()) start.say(line);
    return notStartedCode(directories.configDir);
  }
  const agent = new Agent(config, directories, serialPorts);
  try {
    await agent.start();
  } catch (error) {
    start.say(`twinbeat: not started: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  start.started();
  return agent.ended;
}

/** Scripts run elsewhere, and the agent may be told to. */
function absolute(given: AgentOptions): AgentOptions {
  const { configDir, stateDir, runDir } = given;
  return { ...given, configDir: resolve(configDir), stateDir: resolve(stateDir), runDir: resolve(runDir) };
}
