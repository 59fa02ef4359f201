import { errorText } from '../hw/error.ts';
import { listSerialPorts } from '../hw/serial.ts';
import { Agent, type Successor } from './agent.ts';
import type { Config } from './config/config.ts';
import type { AgentOptions } from './console/command-context.ts';
import type { StartReport } from './console/start-report.ts';
import type { ServiceVariables } from './notify.ts';
import { Signals } from './signals.ts';

/** What all agents of this process have in common. */
export interface Office {
  readonly options: AgentOptions;
  readonly variables: ServiceVariables;
  readonly start: StartReport;
}

/**
 * One agent after the other in this process: each begins with new files, and leaves up what the one before served. Files that
 * do not work give way to those before. Resolves with the exit code.
 */
export async function runAgents(first: Successor, { options, variables, start }: Office): Promise<number> {
  const signals = new Signals();
  let next = first;
  /** The last files with which an agent could start. */
  let proven: Config | null = null;
  for (;;) {
    const { config, keeps } = next;
    const agent = new Agent(config, options, await listSerialPorts(), variables, { signals, keeps });
    try {
      await agent.start();
    } catch (error) {
      const why = errorText(error);
      const isLast = proven === null || proven === config;
      await agent.withdraw(why, isLast);
      if (proven !== null && !isLast) {
        next = { config: proven, keeps };
        continue;
      }
      // Whoever waited for the start is told, and nobody later.
      if (proven === null) start.say(`twinbeat: not started: ${why}`);
      return 1;
    }
    if (proven === null) start.started();
    proven = config;
    const end = await agent.ended;
    if (typeof end === 'number') return end;
    next = end;
  }
}
